import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { formatDate } from '../../lib/format.ts';
import { CodeField } from './second-factor-form.tsx';

/** The way back, for somebody who has shown the password of an account that is being deleted. */
export function RestoreForm({
  on,
  asksCode,
  restore,
  onDone,
  onBack,
}: {
  /** When it will be gone; ISO 8601, or empty when nobody knows. */
  on: string;
  /** The account has a second factor, and the code that led here is used up. */
  asksCode: boolean;
  restore: (code?: string) => Promise<unknown>;
  onDone: (() => void) | undefined;
  onBack: () => void;
}) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState('');
  const problem = asksCode && code.trim() === '' ? t('field.required') : undefined;
  const submit = useMutation({
    mutationFn: () => restore(asksCode ? code.trim() : undefined),
    onSuccess() {
      toast(t('signIn.restored'));
      onDone?.();
    },
  });
  return (
    <div className="space-y-4">
      <Notice title={t('signIn.deletedTitle')}>
        {on !== '' && <p>{t('signIn.deletedText', { date: formatDate(on, i18n.language) })}</p>}
      </Notice>
      <Form isComplete={!problem} error={submit.error} onSubmit={() => submit.mutate()}>
        {(isTried) => (
          <>
            {asksCode && (
              <CodeField
                value={code}
                hint={t('signIn.codeAgain')}
                error={isTried ? problem : undefined}
                onChange={setCode}
              />
            )}
            <Button look="primary" type="submit" className="w-full" disabled={submit.isPending}>
              {submit.isPending ? t('signIn.restoring') : t('signIn.restore')}
            </Button>
          </>
        )}
      </Form>
      <Button look="quiet" className="w-full" onClick={onBack}>
        {t('signIn.back')}
      </Button>
    </div>
  );
}
