import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PasswordStrengthView } from '@octavo/contracts';
import { estimateGuesses } from './password-strength.ts';

export interface PasswordRules {
  /** @param personal names and addresses of its owner */
  judge(password: string, personal?: string[]): PasswordStrengthView;
}

/**
 * Which passwords are taken: any characters, as long as the setting asks for, but none that everybody has (NIST SP
 * 800-63B-4, 3.1.1.2) and none that is the owner's own name or address with something small around it.
 */
export function createPasswordRules(options: { minLength: number }): PasswordRules {
  const common = new Set(
    readFileSync(join(import.meta.dirname, 'common-passwords.txt'), 'utf8')
      .split('\n')
      .filter(Boolean),
  );

  function reasonAgainst(password: string, personal: string[]): string | null {
    const { length } = [...password.normalize('NFKC')];
    if (length < options.minLength) return `must have at least ${options.minLength} characters`;
    const plain = password.normalize('NFKC').toLowerCase();
    if (common.has(plain) || common.has(withoutDecoration(plain))) {
      return 'is one of the passwords that are tried first; choose another one';
    }
    if (new Set(plain).size < 3) return 'repeats the same characters; choose another one';
    if (isPersonal(plain, personal)) return 'is made of your own name or address; choose another one';
    return null;
  }

  return {
    judge(password, personal = []) {
      const reason = reasonAgainst(password, personal);
      const isKnown = common.has(password.normalize('NFKC').toLowerCase());
      const guessesLog10 = isKnown ? 3 : estimateGuesses(password, personal.flatMap(partsOf), common);
      const steps = [3, 6, 8, 10].filter((step) => guessesLog10 > step).length;
      return {
        // What is not taken is never called good.
        score: reason === null ? steps : Math.min(steps, 1),
        guessesLog10: Math.round(guessesLog10 * 10) / 10,
        acceptable: reason === null,
        reason,
      };
    },
  };
}

/** `Sunshine_2026!` is `sunshine` to whoever guesses; with more than six characters around it, it is not. */
function withoutDecoration(password: string): string {
  const word = password.replace(/^[^\p{L}]+|(?<=\p{L})[^\p{L}]+$/gu, '');
  return password.length - word.length <= 6 ? word : password;
}

function isPersonal(password: string, personal: string[]): boolean {
  return personal.flatMap(partsOf).some((part) => {
    const rest = password.length - part.length;
    return password.includes(part) && rest < 8;
  });
}

/** What of a name or an address somebody would guess: itself, and the part before the @. */
function partsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return [plain, plain.split('@')[0] ?? ''].filter(({ length }) => length >= 4);
}
