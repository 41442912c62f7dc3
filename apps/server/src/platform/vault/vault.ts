import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { dropMasterKeys, EnvelopeError, keyIdOf, type MasterKeys, open, type Place, seal } from '#platform/crypto';
import type { Db } from '#platform/db';

/**
 * Keeps small secrets in the database (TOTP seeds, credentials of providers, kept messages): each sealed with a data key,
 * each data key wrapped with the master key, which is not in the database.
 */
export interface Vault {
  seal(place: Place, text: string): Promise<string>;
  /** @throws EnvelopeError when it was changed, moved, or the master key is another one */
  open(place: Place, sealed: string): Promise<string>;
}

interface DataKey {
  id: string;
  bytes: Buffer;
}

/** After a rotation, new values are sealed with the new key within this time. */
const lookEveryMs = 60_000;

export function createVault(deps: { db: Db; masterKeys: () => MasterKeys; now?: () => number }): Vault {
  const { db, now = Date.now } = deps;
  const known = new Map<string, DataKey>();
  let current: { key: DataKey; lookedAtMs: number } | undefined;

  async function find(id: string): Promise<DataKey> {
    const cached = known.get(id);
    if (cached) return cached;
    const row = await db.selectFrom('data_keys').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new EnvelopeError(`there is no data key ${id}`);
    return unwrap(row);
  }

  function unwrap(row: { id: string; wrapped: string }): DataKey {
    const key = { id: row.id, bytes: unwrapWith(deps.masterKeys(), row) };
    known.set(key.id, key);
    return key;
  }

  async function sealingKey(): Promise<DataKey> {
    if (current && now() - current.lookedAtMs < lookEveryMs) return current.key;
    const newest = await db.selectFrom('data_keys').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();
    const key = newest ? (known.get(newest.id) ?? unwrap(newest)) : await addDataKey(db, deps.masterKeys());
    known.set(key.id, key);
    current = { key, lookedAtMs: now() };
    return key;
  }

  return {
    seal: async (place, text) => seal(await sealingKey(), place, Buffer.from(text)),
    open: async (place, sealed) => open(await find(keyIdOf(sealed)), place, sealed).toString(),
  };
}

/**
 * Wraps every data key with the newest master key, and adds a data key for what will be sealed from now on. The old data
 * keys stay: running processes may seal with them for another minute.
 * @param readMasterKeys called when no other rotation runs: it may add a key
 * @returns how many were wrapped anew
 */
export async function rotateDataKeys(db: Db, readMasterKeys: () => MasterKeys): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockDataKeys(trx);
    const masterKeys = readMasterKeys();
    const [newest] = masterKeys;
    const rows = await trx.selectFrom('data_keys').selectAll().execute();
    for (const row of rows) {
      const wrapped = seal(newest, placeOf(row.id), unwrapWith(masterKeys, row));
      await trx.updateTable('data_keys').set({ wrapped, master_key_id: newest.id }).where('id', '=', row.id).execute();
    }
    await addDataKey(trx, masterKeys);
    return rows.length;
  });
}

/** Whether something is sealed that none of these master keys opens. */
export async function hasSealedWithOthers(db: Db, masterKeyIds: Set<string>): Promise<boolean> {
  const rows = await db.selectFrom('data_keys').select('master_key_id').distinct().execute();
  return rows.some((row) => !masterKeyIds.has(row.master_key_id));
}

/** Forgets old master keys of the data folder that wrap no data key any more. Call it when a rotation has committed. */
export async function dropUnusedMasterKeys(db: Db, dataFolder: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockDataKeys(trx);
    const rows = await trx.selectFrom('data_keys').select('master_key_id').distinct().execute();
    dropMasterKeys(dataFolder, new Set(rows.map((row) => row.master_key_id)));
  });
}

/** One rotation at a time, and no new data key meanwhile; whoever only reads does not wait. */
async function lockDataKeys(trx: Db): Promise<void> {
  await sql`LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
}

async function addDataKey(db: Db, [newest]: MasterKeys): Promise<DataKey> {
  const key = { id: uuidv7(), bytes: randomBytes(32) };
  const wrapped = seal(newest, placeOf(key.id), key.bytes);
  await db.insertInto('data_keys').values({ id: key.id, master_key_id: newest.id, wrapped }).execute();
  return key;
}

function unwrapWith(masterKeys: MasterKeys, { id, wrapped }: { id: string; wrapped: string }): Buffer {
  const wanted = keyIdOf(wrapped);
  const master = masterKeys.find((key) => key.id === wanted);
  if (!master)
    throw new EnvelopeError(`the master key ${wanted} is missing: restore master-keys.json or OCTAVO_MASTER_KEY`);
  return open(master, placeOf(id), wrapped);
}

const placeOf = (id: string): Place => ({ table: 'data_keys', row: id, column: 'wrapped' });
