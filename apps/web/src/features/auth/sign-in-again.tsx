import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { loadWords } from '../../i18n/index.ts';
import { useIsSignInWanted } from '../../lib/reauthentication.ts';
import { useSignOut } from './use-sign-out.tsx';

/** Most people never see it. */
const LoginForm = lazy(async () => {
  const [{ LoginForm: form }] = await Promise.all([import('./login-form.tsx'), loadWords('account')]);
  return { default: form };
});

/**
 * Over whatever page one is on, so that nothing on it is lost. It goes away, and what was being done goes on, as soon
 * as there is a session again, be it from this form or from another tab.
 */
export function SignInAgain({ email }: { email: string | undefined }) {
  const { t } = useTranslation();
  const { signOut, question } = useSignOut();
  if (!useIsSignInWanted()) return null;
  return (
    <Dialog title={t('auth.again')} text={t('auth.againText')}>
      {/* The way out comes with the form: alone for a moment, it would take the focus. */}
      <Suspense fallback={<div className="skeleton h-52" aria-hidden="true" />}>
        <LoginForm {...(email !== undefined && { email })} takesFocus />
        <Button look="quiet" className="mt-2 w-full" onClick={signOut}>
          {t('nav.signOut')}
        </Button>
      </Suspense>
      {question}
    </Dialog>
  );
}
