import type { ReactNode } from 'react';
import { PageTitle } from './shell/page-title.tsx';

/** Nothing is here, and what to do about it. `isPage`: there is no other heading on the page. */
export function Empty({
  title,
  text,
  isPage = false,
  children,
}: {
  title: string;
  text: string;
  isPage?: boolean;
  children?: ReactNode;
}) {
  const headingClass = 'font-serif text-2xl font-semibold text-balance';
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-4 py-16 text-center">
      <svg width="132" height="96" viewBox="0 0 132 96" fill="none" aria-hidden="true">
        <path
          d="M66 22C54 13 39 9 20 9v62c19 0 34 4 46 13 12-9 27-13 46-13V9c-19 0-34 4-46 13Z"
          fill="var(--raised)"
          stroke="var(--line)"
          strokeWidth="2"
        />
        <path d="M66 22v62" stroke="var(--line)" strokeWidth="2" />
        <path
          d="M31 27c9 1 17 3 24 7M31 40c9 1 17 3 24 7M31 53c9 1 17 3 24 7"
          stroke="var(--line)"
          strokeWidth="2.500"
          strokeLinecap="round"
        />
        <path
          d="M77 34c7-4 15-6 24-7M77 47c4-2 8-4 13-5"
          stroke="var(--accent)"
          strokeWidth="2.500"
          strokeLinecap="round"
        />
      </svg>
      {isPage ? <PageTitle className={headingClass}>{title}</PageTitle> : <h2 className={headingClass}>{title}</h2>}
      {text && <p className="text-muted">{text}</p>}
      {children}
    </div>
  );
}
