import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { PasskeyButton } from './passkey-button.tsx';

/** The password was right; now the digits of the app, a recovery code, or a passkey. */
export function SecondFactorForm({
  error,
  isPending,
  onCode,
  onPasskey,
  onBack,
}: {
  error: unknown;
  isPending: boolean;
  onCode: (code: string) => void;
  onPasskey: (() => void) | undefined;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const problem = code.trim() === '' ? t('field.required') : undefined;
  return (
    <div className="space-y-4">
      <p className="text-sm text-muted">{t('signIn.codeText')}</p>
      <Form isComplete={!problem} error={error} onSubmit={() => onCode(code.trim())}>
        {(isTried) => (
          <>
            <CodeField value={code} error={isTried ? problem : undefined} onChange={setCode} />
            <Button look="primary" type="submit" className="w-full" disabled={isPending}>
              {isPending ? t('auth.signingIn') : t('signIn.continue')}
            </Button>
          </>
        )}
      </Form>
      <PasskeyButton onDone={onPasskey} />
      <Button look="quiet" className="w-full" onClick={onBack}>
        {t('signIn.back')}
      </Button>
    </div>
  );
}

/** The one thing that the page asks for now, so it has the focus. */
export function CodeField({
  value,
  hint,
  error,
  onChange,
}: {
  value: string;
  hint?: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('signIn.code')}
      hint={hint}
      error={error}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was focused before is gone
      autoFocus
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={20}
      value={value}
      onChange={onChange}
    />
  );
}
