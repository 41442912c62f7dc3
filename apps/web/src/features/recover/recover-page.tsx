import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../components/button.tsx';
import { AuthFrame, authLinkClass } from '../auth/auth-frame.tsx';
import { AskForm } from './ask-form.tsx';
import { ResetForm } from './reset-form.tsx';

/** A forgotten password: asks where to write to, and takes the link or the code that comes. */
export function RecoverPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [token, setToken] = useState<string>();
  const [isDone, setIsDone] = useState(false);
  const arrived = new URLSearchParams(hash).get('token') ?? undefined;
  if (arrived !== undefined && arrived !== token) {
    setToken(arrived);
    setIsDone(false);
  }
  // The token is good for a password: it stays neither in the address nor in the history.
  useEffect(() => {
    if (hash !== '') void navigate({ to: '/recover', replace: true });
  }, [hash, navigate]);

  if (isDone)
    return (
      <AuthFrame title={t('recover.doneTitle')} heading={t('recover.doneTitle')} text={t('recover.done')}>
        <Link to="/login" className={buttonClass('primary', 'w-full')}>
          {t('auth.signIn')}
        </Link>
      </AuthFrame>
    );
  if (token !== undefined)
    return (
      <AuthFrame title={t('recover.title')} heading={t('recover.choose')} text={t('recover.chooseText')}>
        <ResetForm by={{ token }} onDone={() => setIsDone(true)} onAskAgain={() => setToken(undefined)} />
      </AuthFrame>
    );
  return (
    <AuthFrame title={t('recover.title')} heading={t('recover.title')} text={t('recover.text')}>
      <AskForm onDone={() => setIsDone(true)} />
      <p className="mt-6 text-center text-sm">
        <Link to="/login" className={authLinkClass}>
          {t('auth.signIn')}
        </Link>
      </p>
    </AuthFrame>
  );
}
