import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../folder/index.ts';

const secretsFile = z.object({
  /** Password of the embedded PostgreSQL. */
  databasePassword: z.string().min(16),
  /** Signing keys of access tokens, newest first: the first signs, all verify. */
  signingKeys: z.array(z.object({ kid: z.string(), privateKeyPem: z.string() })).min(1),
});
export type Secrets = z.infer<typeof secretsFile>;

export class SecretsError extends Error {
  override readonly name = 'SecretsError';
}

/**
 * Reads `secrets.json` of the data folder; makes it on the first start (mode 0600).
 * Two processes starting at once agree on one file: it is written aside and linked into place, which
 * fails for the second one.
 * @throws SecretsError with one line saying what to do
 */
export function loadSecrets(dataFolder: string): Secrets {
  const path = join(dataFolder, 'secrets.json');
  try {
    makeFolder(dataFolder);
    return read(path) ?? create(path);
  } catch (error) {
    if (error instanceof SecretsError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SecretsError(
      `Cannot write the data folder ${dataFolder} (${reason}). Make it writable, or set OCTAVO_DATA to another folder.`,
    );
  }
}

function read(path: string): Secrets | undefined {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return secretsFile.parse(JSON.parse(json));
  } catch {
    throw new SecretsError(`${path} is damaged. Restore it from a backup; without it nobody can sign in.`);
  }
}

function create(path: string): Secrets {
  const { privateKey } = generateKeyPairSync('ed25519');
  const secrets: Secrets = {
    databasePassword: randomBytes(24).toString('base64url'),
    signingKeys: [
      {
        kid: randomBytes(8).toString('hex'),
        privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
    ],
  };
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(aside, 0o600);
  try {
    linkSync(aside, path);
    return secrets;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return read(path) ?? secrets;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
