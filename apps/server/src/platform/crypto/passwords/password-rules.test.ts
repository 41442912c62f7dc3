import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPasswordRules } from './password-rules.ts';

const rules = createPasswordRules({ minLength: 8 });
const personal = ['ada.lovelace@example.org', '+34600111222', 'Ada', 'Lovelace'];

describe('which passwords are taken', () => {
  it.each([
    'password',
    'PASSWORD123',
    'qwertyuiop',
    '12345678',
    '1q2w3e4r5t',
    'Sunshine_2026!',
    'dragon99',
    'aaaaaaaaaaaa',
    'iloveyou2',
    'contraseña1',
    // Of leaks, in other languages and on other keyboards too.
    'snowball',
    'Maverick99',
    'liverpool',
    'fktrcfylh',
    '12qwaszx',
    // Full-width letters are the same letters.
    'ｐａｓｓｗｏｒｄ',
    'lovelace1!',
    'ada.lovelace',
    'short',
  ])('not %s', (password) => {
    const judged = rules.judge(password, personal);
    expect(judged).toMatchObject({ acceptable: false, reason: expect.any(String) });
    expect(judged.score).toBeLessThanOrEqual(1);
  });

  it.each([
    'SecurePass123',
    'correct horse battery',
    'tr0ub4dor&3',
    '            a bc',
    'пароль-из-семи-слов',
    '🦊🌲🪵🔥🌧️🦉🐾🌙',
    'x7#kQ!m2',
    'dragon eats nine purple lamps',
  ])('but %s', (password) => {
    expect(rules.judge(password, personal)).toMatchObject({ acceptable: true, reason: null });
  });

  it('knows more than the 3,000 most common ones that are long enough (ASVS 5.0, 6.2.4)', () => {
    const list = readFileSync(join(import.meta.dirname, 'common-passwords.txt'), 'utf8').split('\n');
    const taken = list.filter((password) => password.length >= 8 && rules.judge(password).acceptable);
    expect(taken).toEqual([]);
    expect(new Set(list.filter(({ length }) => length >= 8)).size).toBeGreaterThan(10_000);
  });

  it('asks for as many characters as the setting says, counted as people do', () => {
    const strict = createPasswordRules({ minLength: 15 });
    expect(strict.judge('fourteen chars').reason).toBe('must have at least 15 characters');
    expect(strict.judge('fifteen charact').acceptable).toBe(true);
    // Seven characters, fourteen UTF-16 units.
    expect(rules.judge('🦊🌲🪵🔥🦉🐾🌙').acceptable).toBe(false);
  });

  it('estimates more for what is harder to guess', () => {
    const guesses = [
      'password',
      'abcdefgh1234',
      'sunshine sunshine',
      'x7#kQ!m2',
      'x7#kQ!m2x9$Tz',
      'correct horse battery staple',
    ];
    const estimated = guesses.map((password) => rules.judge(password).guessesLog10);
    expect(estimated).toEqual([...estimated].sort((a, b) => a - b));
    expect(rules.judge('correct horse battery staple').score).toBe(4);
  });
});
