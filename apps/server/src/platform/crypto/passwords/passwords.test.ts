import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

describe('hashes of passwords', () => {
  it('are Argon2id as OWASP wants it, each with a salt of its own', async () => {
    const hashes = await Promise.all([hashPassword('contraseña'), hashPassword('contraseña')]);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(new Set(hashes).size).toBe(2);
  });

  it('are checked, each asker getting the own answer', async () => {
    const hash = await hashPassword('contraseña');
    const asked = ['contraseña', 'contrasena', 'contraseña'.normalize('NFD'), ''];
    const answers = await Promise.all(asked.map((password) => verifyPassword(hash, password)));
    expect(answers).toEqual([true, false, true, false]);
    expect(await verifyPassword(null, 'contraseña')).toBe(false);
  });

  it('that are none are an error, and the next one is checked', async () => {
    await expect(verifyPassword('no hash', 'contraseña')).rejects.toThrow();
    expect(await verifyPassword(await hashPassword('contraseña'), 'contraseña')).toBe(true);
  });
});
