import { ApiError } from '@octavo/sdk';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorMessage } from '../../lib/messages.ts';
import { Notice } from '../notice.tsx';

/**
 * A form that shows everything that is wrong at once, from the first try to send it on, and goes to the first of it.
 * `children` is given whether there was a try.
 */
export function Form({
  isComplete,
  error,
  onSubmit,
  children,
}: {
  isComplete: boolean;
  /** Why it could not be sent. */
  error?: unknown;
  onSubmit: () => void;
  children: (isTried: boolean) => ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0 || error) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [tries, error]);
  // Its field says so itself.
  const isWrongPassword = error instanceof ApiError && error.code === 'invalid_credentials' && error.fields.length > 0;
  return (
    <form
      ref={form}
      noValidate
      className="space-y-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        // A dialog of a form is inside of it for React.
        event.stopPropagation();
        if (isComplete) onSubmit();
        else setTries(tries + 1);
      }}
    >
      {Boolean(error) && !isWrongPassword && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      {children(tries > 0)}
    </form>
  );
}
