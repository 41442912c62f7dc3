import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addMasterKey, loadMasterKeys } from '#platform/crypto';
import { type Db, openDatabase } from '#platform/db';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createVault, dropUnusedMasterKeys, rotateDataKeys } from './vault.ts';

describe('the vault', () => {
  let database: TestDatabase;
  let db: Db;
  const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-vault-'));
  const place = { table: 'totp_secrets', row: '1', column: 'sealed' };

  beforeAll(async () => {
    database = await createTestDatabase(inject('serverUrl'));
    db = openDatabase({
      connectionString: database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const masterKeys = () => loadMasterKeys(dataFolder, []);
  const vault = () => createVault({ db, masterKeys });

  it('opens what it has sealed, in another process as well, and never seals alike twice', async () => {
    const sealed = await vault().seal(place, 'a secret, ñ 🦊');
    expect(await vault().open(place, sealed)).toBe('a secret, ñ 🦊');
    expect(await vault().seal(place, 'a secret, ñ 🦊')).not.toBe(sealed);
    expect((statSync(join(dataFolder, 'master-keys.json')).mode & 0o777).toString(8)).toBe('600');
  });

  it('opens nothing that was changed, or moved to another table, row or column', async () => {
    const sealed = await vault().seal(place, 'a secret');
    const [version, id, bytes = ''] = sealed.split('.');
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = bytes[at] === 'A' ? 'B' : 'A';
      const changed = `${version}.${id}.${bytes.slice(0, at)}${flipped}${bytes.slice(at + 1)}`;
      await expect(vault().open(place, changed)).rejects.toThrow('changed or moved');
    }
    for (const moved of [{ table: 'stored_secrets' }, { row: '2' }, { column: 'other' }]) {
      await expect(vault().open({ ...place, ...moved }, sealed)).rejects.toThrow('changed or moved');
    }
    await expect(vault().open(place, 'v1.only')).rejects.toThrow('not a sealed value');
  });

  it('keeps no key in the database in the clear', async () => {
    await vault().seal(place, 'a secret');
    const rows = JSON.stringify(await db.selectFrom('data_keys').selectAll().execute());
    for (const { bytes } of masterKeys()) {
      for (const form of ['hex', 'base64', 'base64url'] as const) expect(rows).not.toContain(bytes.toString(form));
    }
  });

  it('rotates: old values open, new ones have a new key, and the old master key is worth nothing', async () => {
    const running = vault();
    const before = await running.seal(place, 'from before');
    const [old] = masterKeys();
    addMasterKey(dataFolder);
    await rotateDataKeys(db, masterKeys);
    expect(await running.open(place, before)).toBe('from before');
    expect(await vault().open(place, before)).toBe('from before');
    const after = await vault().seal(place, 'from after');
    expect(after.split('.')[1]).not.toBe(before.split('.')[1]);
    expect(await running.open(place, after)).toBe('from after');
    await expect(createVault({ db, masterKeys: () => [old] }).open(place, before)).rejects.toThrow('is missing');
  });

  it('loses nothing when a rotation dies half way and is tried again', async () => {
    const before = await vault().seal(place, 'from before');
    for (let tries = 0; tries < 2; tries++) {
      addMasterKey(dataFolder);
      await dropUnusedMasterKeys(db, dataFolder);
      expect(await vault().open(place, before)).toBe('from before');
    }
    addMasterKey(dataFolder);
    addMasterKey(dataFolder);
    expect(await vault().open(place, before)).toBe('from before');
    await rotateDataKeys(db, masterKeys);
    const [newest] = masterKeys();
    await dropUnusedMasterKeys(db, dataFolder);
    expect(masterKeys()).toEqual([newest]);
    expect(await vault().open(place, before)).toBe('from before');
  });

  it('takes the key of the settings before the one of the file', async () => {
    const before = await vault().seal(place, 'from the file');
    const fromSettings = () => loadMasterKeys(dataFolder, [Buffer.alloc(32, 7)]);
    await rotateDataKeys(db, fromSettings);
    expect(await createVault({ db, masterKeys: fromSettings }).open(place, before)).toBe('from the file');
    await expect(vault().open(place, before)).rejects.toThrow('is missing');
  });
});
