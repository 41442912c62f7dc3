import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../../components/shell/logo.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { Preferences } from '../../components/shell/preferences.tsx';
import { useTitle } from '../../lib/use-title.ts';

export const authLinkClass = 'font-medium text-accent underline underline-offset-4';

/** The frame of the pages on the way in. */
export function AuthFrame({
  title,
  heading,
  text,
  children,
}: {
  /** Of the window. */
  title: string;
  heading: string;
  text?: string | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  useTitle(title);
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
          <PageTitle key={heading} className="font-serif text-3xl font-semibold text-balance">
            {heading}
          </PageTitle>
          {text !== undefined && <p className="mt-2 break-words text-muted">{text}</p>}
          <div className="mt-7">{children}</div>
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
