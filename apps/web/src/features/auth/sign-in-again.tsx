import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { finishSignIn, useIsSignInWanted } from '../../lib/reauthentication.ts';
import { AuthForm } from './auth-form.tsx';

/** Over whatever page one is on, so that nothing on it is lost; what was being done goes on afterwards. */
export function SignInAgain({ email }: { email: string | undefined }) {
  const { t } = useTranslation();
  if (!useIsSignInWanted()) return null;
  return (
    <Dialog title={t('auth.again')} text={t('auth.againText')}>
      <AuthForm kind="login" {...(email !== undefined && { email })} onDone={() => finishSignIn(true)} />
      <Button look="quiet" className="mt-2 w-full" onClick={() => finishSignIn(false)}>
        {t('nav.signOut')}
      </Button>
    </Dialog>
  );
}
