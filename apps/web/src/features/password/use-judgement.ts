import type { PasswordStrengthView } from '@octavo/contracts';
import { useEffect, useState } from 'react';
import { client } from '../../lib/client.ts';

const pauseMs = 250;

/**
 * What the server says of a password, once somebody pauses; undefined until then, and when it does not answer. It goes
 * into no cache.
 */
export function useJudgement(password: string, personal: string[]): PasswordStrengthView | undefined {
  const [judged, setJudged] = useState<{ password: string; view: PasswordStrengthView }>();
  const owner = JSON.stringify(personal.filter((each) => each.trim() !== ''));
  useEffect(() => {
    if (password === '' || password.length > 512) return undefined;
    let isOld = false;
    const timer = setTimeout(() => {
      client.account.judgePassword(password, JSON.parse(owner) as string[]).then(
        (view) => isOld || setJudged({ password, view }),
        // The meter is a help; whether the password is taken is said when it is sent.
        () => undefined,
      );
    }, pauseMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [password, owner]);
  return judged?.password === password ? judged.view : undefined;
}
