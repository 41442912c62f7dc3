import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from './envelope.ts';
import { createSecretFile, replaceSecretFile } from './secret-file.ts';
import { SecretsError } from './secrets.ts';

export interface MasterKey {
  id: string;
  bytes: Buffer;
}

/** Newest first: the first wraps, all unwrap. */
export type MasterKeys = [MasterKey, ...MasterKey[]];

const pathOf = (dataFolder: string) => join(dataFolder, 'master-keys.json');

/**
 * Those of the setting OCTAVO_MASTER_KEY, then those of `master-keys.json` in the data folder (mode 0600), which is made
 * when there is neither.
 * @throws SecretsError with one line saying what to do
 */
export function loadMasterKeys(dataFolder: string, fromSettings: Buffer[]): MasterKeys {
  const keys = [...fromSettings, ...(read(dataFolder) ?? [])];
  const [first, ...rest] = keys.length > 0 ? keys : create(dataFolder);
  if (!first) throw new SecretsError(`${pathOf(dataFolder)} holds no key. Restore it from a backup.`);
  return [named(first), ...rest.map(named)];
}

/** The ids of all keys that `loadMasterKeys` would find; makes none. @throws SecretsError */
export function masterKeyIds(dataFolder: string, fromSettings: Buffer[]): Set<string> {
  return new Set([...fromSettings, ...(read(dataFolder) ?? [])].map((bytes) => named(bytes).id));
}

/** Puts a new key before those of the file. All of these stay: something may still be wrapped with each. */
export function addMasterKey(dataFolder: string): void {
  replaceSecretFile(pathOf(dataFolder), toFile([randomBytes(32), ...(read(dataFolder) ?? [])]));
}

/** Forgets the keys of the file that are neither the newest nor among `usedIds`. */
export function dropMasterKeys(dataFolder: string, usedIds: Set<string>): void {
  const keys = read(dataFolder) ?? [];
  const kept = keys.filter((key, index) => index === 0 || usedIds.has(named(key).id));
  if (kept.length < keys.length) replaceSecretFile(pathOf(dataFolder), toFile(kept));
}

function named(bytes: Buffer): MasterKey {
  return { id: fingerprintOf(bytes), bytes };
}

function read(dataFolder: string): Buffer[] | undefined {
  const path = pathOf(dataFolder);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SecretsError(`Cannot read ${path}. It must belong to whoever runs Octavo.`, { cause: error });
  }
  try {
    const keys = (JSON.parse(text) as { keys: string[] }).keys.map((key) => Buffer.from(key, 'base64'));
    if (keys.some(({ length }) => length !== 32)) throw new Error('a key of another length');
    return keys;
  } catch (error) {
    throw new SecretsError(`${path} is damaged. Restore it from a backup; what it seals is lost without it.`, {
      cause: error,
    });
  }
}

/** Two processes starting at once agree on one file, as with `secrets.json`. */
function create(dataFolder: string): Buffer[] {
  mkdirSync(dataFolder, { recursive: true });
  const keys = [randomBytes(32)];
  return createSecretFile(pathOf(dataFolder), toFile(keys)) ? keys : (read(dataFolder) ?? keys);
}

function toFile(keys: Buffer[]) {
  return { keys: keys.map((key) => key.toString('base64')) };
}
