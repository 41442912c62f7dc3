import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { dumpTables, findSecret } from '../apps/server/src/testing/find-secrets.ts';
import type { RecordedSecret } from './record-secrets.ts';

/** Every row of the database of a server that is running. */
export async function dumpDatabase(secretsFile: string): Promise<string> {
  const url = readSecrets(secretsFile).find(({ name }) => name === 'DATABASE_URL')?.value;
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await dumpTables(async (sql) => (await client.query(sql)).rows as unknown[]);
  } finally {
    await client.end();
  }
}

/** @throws Error that says which secrets were found, and where; or that there was nothing to search */
export function expectNoSecrets(files: { data: string; log: string; secrets: string }, dump: string): void {
  const log = readFileSync(files.log, 'utf8');
  const secrets = [...readSecrets(files.secrets), ...secretsOfServer(files.data)];
  if (!log.includes('"answered"')) throw new Error('the log says nothing of requests: it cannot be searched');
  if (dump.includes('argon2id') && !secrets.some(({ kind }) => kind === 'password')) {
    throw new Error('there are accounts, and no password was recorded');
  }
  const found = secrets.flatMap(({ name, kind, value }) =>
    Object.entries({ log, database: dump }).flatMap(([where, text]) => {
      const [line, ...more] = findSecret(text, kind, value);
      if (line === undefined) return [];
      return [`${name} ("${value}") is in the ${where}, ${more.length + 1} times: ${line.slice(0, 500)}`];
    }),
  );
  if (found.length > 0) throw new Error(`${found.length} secrets were found\n${found.slice(0, 20).join('\n')}`);
  const bytes = log.length + dump.length;
  console.log(`No trace of ${secrets.length} secrets in ${(bytes / 2 ** 20).toFixed(1)} MiB of log and database.`);
}

/** Each once. */
function readSecrets(file: string): RecordedSecret[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const secrets = lines.map((line) => JSON.parse(line) as RecordedSecret);
  return [...new Map(secrets.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}

/** Everything in the files of keys that is too long to be a name; the second is made for the first thing that is sealed. */
function secretsOfServer(folder: string): RecordedSecret[] {
  const paths = ['secrets.json', 'master-keys.json'].map((name) => join(folder, name));
  const secrets = paths.filter(existsSync).flatMap((path) => {
    const words =
      readFileSync(path, 'utf8')
        .replaceAll('\\n', ' ')
        .match(/[\w+/=-]{40,}/g) ?? [];
    return words.map((value) => ({ name: path, kind: 'token' as const, value }));
  });
  if (secrets.length < 2) throw new Error('the keys of the server were not found');
  return secrets;
}
