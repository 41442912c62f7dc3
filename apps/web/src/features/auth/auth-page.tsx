import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Logo } from '../../components/logo.tsx';
import { PageTitle } from '../../components/page-title.tsx';
import { Preferences } from '../../components/preferences.tsx';
import { useTitle } from '../../lib/use-title.ts';
import { AuthForm } from './auth-form.tsx';

export function AuthPage({ kind }: { kind: 'login' | 'register' }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  const isNew = kind === 'register';
  useTitle(isNew ? t('auth.register') : t('auth.signIn'));

  return (
    <div className="grid min-h-dvh lg:grid-cols-[1fr_1.1fr]">
      <main id="main" className="flex flex-col px-6 py-6 sm:px-12">
        <div className="flex items-center justify-between">
          <p className="flex items-center gap-2.5 font-serif text-xl font-semibold">
            <Logo /> Octavo
          </p>
          <Preferences />
        </div>
        <div className="mx-auto my-auto w-full max-w-sm py-10">
          <PageTitle key={kind} className="font-serif text-3xl font-semibold text-balance">
            {isNew ? t('auth.start') : t('auth.welcome')}
          </PageTitle>
          <p className="mt-2 mb-7 text-muted">{isNew ? t('auth.startText') : t('auth.welcomeText')}</p>
          <AuthForm
            key={kind}
            kind={kind}
            onDone={() => void navigate({ to: typeof next === 'string' && /^\/(?!\/)/.test(next) ? next : '/' })}
          />
          <p className="mt-6 text-sm text-muted">
            {isNew ? t('auth.haveAccount') : t('auth.noAccount')}{' '}
            <Link to={isNew ? '/login' : '/register'} className="font-medium text-accent underline underline-offset-4">
              {isNew ? t('auth.signIn') : t('auth.register')}
            </Link>
          </p>
        </div>
      </main>
      <aside className="hidden flex-col justify-center border-l border-line bg-sunken px-16 lg:flex" aria-hidden="true">
        <div className="mx-auto max-w-md rotate-[-1.2deg] rounded-2xl border border-line bg-raised p-10 shadow-float">
          <p className="font-serif text-3xl leading-snug font-semibold text-balance">{t('auth.promise')}</p>
          <p className="mt-4 font-serif text-lg leading-relaxed text-muted">{t('auth.promiseText')}</p>
        </div>
      </aside>
    </div>
  );
}
