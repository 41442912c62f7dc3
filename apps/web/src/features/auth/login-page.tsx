import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { formatDate } from '../../lib/format.ts';
import { AuthFrame, authLinkClass } from './auth-frame.tsx';
import { LoginForm } from './login-form.tsx';
import { insideOnly } from './inside-only.ts';
import { registrationQuery } from './queries.ts';

export function LoginPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { next, gone } = useSearch({ strict: false });
  const { data } = useQuery(registrationQuery);
  // Nobody can sign in before there is an account.
  if (data && !data.hasAccounts) return <Navigate to="/register" search={next === undefined ? {} : { next }} replace />;
  return (
    <AuthFrame title={t('auth.signIn')} heading={t('auth.welcome')} text={t('auth.welcomeText')}>
      {gone !== undefined && (
        <div className="mb-5">
          <Notice title={t('signIn.farewellTitle', { date: formatDate(gone, i18n.language) })}>
            <p>{t('signIn.farewell')}</p>
          </Notice>
        </div>
      )}
      <LoginForm isPage onDone={() => void navigate({ to: insideOnly(next) })}>
        <p className="text-center text-sm">
          <Link to="/recover" className={authLinkClass}>
            {t('signIn.forgotten')}
          </Link>
        </p>
      </LoginForm>
      <p className="mt-6 text-sm text-muted">
        {t('auth.noAccount')}{' '}
        <Link to="/register" className={authLinkClass}>
          {t('auth.register')}
        </Link>
      </p>
    </AuthFrame>
  );
}
