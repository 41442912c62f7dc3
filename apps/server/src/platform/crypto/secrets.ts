import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../folder/index.ts';
import { createSecretFile, replaceSecretFile } from './secret-file.ts';

const signingKey = z.object({
  kid: z.string(),
  privateKeyPem: z.string(),
  /** ISO time; the first key signs from the start. */
  signsFrom: z.iso.datetime().optional(),
});
const secretsFile = z.object({
  /** Password of the embedded PostgreSQL. */
  databasePassword: z.string().min(16),
  /** What `deriveKey` starts from. */
  derivationKey: z.string().min(32).optional(),
  /** Signing keys of tokens, newest first: the newest whose time has come signs, all verify. */
  signingKeys: z.array(signingKey).min(1),
});
export type Secrets = z.infer<typeof secretsFile>;

export class SecretsError extends Error {
  override readonly name = 'SecretsError';
}

/** No access token lives longer; a key that has not signed for so long verifies nothing any more. */
const longestTokenMs = 25 * 3_600_000;

const pathOf = (dataFolder: string) => join(dataFolder, 'secrets.json');

/**
 * Reads `secrets.json` of the data folder; makes it on the first start (mode 0600).
 * Two processes starting at once agree on one file.
 * @throws SecretsError with one line saying what to do
 */
export function loadSecrets(dataFolder: string): Secrets {
  try {
    makeFolder(dataFolder);
    return read(pathOf(dataFolder)) ?? create(pathOf(dataFolder));
  } catch (error) {
    throw explain(error, dataFolder);
  }
}

/** @returns whether `loadSecrets` would not make new ones */
export function hasSecrets(dataFolder: string): boolean {
  return existsSync(pathOf(dataFolder));
}

/** As `loadSecrets`, for a folder that has them. */
export function readSecrets(dataFolder: string): Secrets {
  return read(pathOf(dataFolder)) ?? loadSecrets(dataFolder);
}

/** Changes whenever the file does. */
export function secretsChangedAt(dataFolder: string): string {
  const { mtimeMs, ino } = statSync(pathOf(dataFolder));
  return `${mtimeMs} ${ino}`;
}

/**
 * Puts a new signing key into the file. It signs after `signsInMs`, when everybody has seen it among the public keys;
 * keys that no living token needs are dropped, and with `revokeOld` all but the new one, which then signs at once:
 * sessions go on, their access tokens are renewed.
 */
export function rotateSigningKeys(
  dataFolder: string,
  options: { signsInMs: number; revokeOld?: boolean; now?: number },
): { kid: string; kept: number } {
  const now = options.now ?? Date.now();
  const secrets = loadSecrets(dataFolder);
  const signsFrom = new Date(options.revokeOld ? now : now + options.signsInMs);
  const next = { ...newSigningKey(), signsFrom: signsFrom.toISOString() };
  const kept = options.revokeOld
    ? []
    : secrets.signingKeys.filter((_key, index, keys) => {
        // A key stops signing when the one before it in the list begins.
        const successor = keys[index - 1];
        return successor === undefined || Date.parse(successor.signsFrom ?? '') > now - longestTokenMs;
      });
  const derivationKey = secrets.derivationKey ?? secrets.signingKeys[0]?.privateKeyPem;
  try {
    const path = pathOf(dataFolder);
    replaceSecretFile(path, { ...secrets, derivationKey, signingKeys: [next, ...kept] });
  } catch (error) {
    throw explain(error, dataFolder);
  }
  return { kid: next.kid, kept: kept.length };
}

function explain(error: unknown, dataFolder: string): SecretsError {
  if (error instanceof SecretsError) return error;
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new SecretsError(
    `Cannot write the data folder ${dataFolder} (${reason}). Make it writable, or set OCTAVO_DATA to another folder.`,
  );
}

function read(path: string): Secrets | undefined {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new SecretsError(
        `${path} belongs to somebody else, as after a copy without \`cp -a\`. Give the folder to whoever runs Octavo: chown -R ${process.getuid?.()}:${process.getgid?.()} ${dirname(path)}`,
      );
    }
    throw error;
  }
  try {
    return secretsFile.parse(JSON.parse(json));
  } catch {
    throw new SecretsError(`${path} is damaged. Restore it from a backup; without it nobody can sign in.`);
  }
}

function create(path: string): Secrets {
  const secrets: Secrets = {
    databasePassword: randomBytes(24).toString('base64url'),
    derivationKey: randomBytes(32).toString('base64url'),
    signingKeys: [newSigningKey()],
  };
  return createSecretFile(path, secrets) ? secrets : (read(path) ?? secrets);
}

function newSigningKey(): { kid: string; privateKeyPem: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    kid: randomBytes(8).toString('hex'),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
