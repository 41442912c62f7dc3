import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import { OwnPasswordField } from './own-password-field.tsx';

/** Asks for the password, and does what needs it. What `run` rejects with is shown. */
export function AskPassword({
  title,
  text,
  action,
  isComplete = true,
  run,
  onClose,
  children,
}: {
  title: string;
  text: string;
  /** What the button says. */
  action: string;
  /** Whether what else is asked, in `children`, is answered. */
  isComplete?: boolean;
  run: (password: string) => Promise<unknown>;
  onClose: () => void;
  children?: (isTried: boolean, error: unknown) => ReactNode;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const submit = useMutation({ mutationFn: () => run(password) });
  return (
    <Dialog title={title} text={text} onClose={onClose}>
      <Form isComplete={isComplete && password !== ''} error={submit.error} onSubmit={() => submit.mutate()}>
        {(isTried) => (
          <>
            {children?.(isTried, submit.error)}
            <OwnPasswordField value={password} isTried={isTried} error={submit.error} onChange={setPassword} />
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={onClose}>{t('account.cancel')}</Button>
              <Button look="primary" type="submit" disabled={submit.isPending}>
                {action}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
