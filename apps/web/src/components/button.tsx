import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong shadow-sm',
  secondary: 'bg-raised text-ink border border-line hover:border-muted',
  quiet: 'text-muted hover:text-ink hover:bg-sunken',
  danger: 'text-bad hover:bg-bad-soft',
};

/** Shared by buttons and by links that look like one. */
export function buttonClass(look: Look = 'secondary', extra = ''): string {
  return `inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 text-sm font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-60 ${looks[look]} ${extra}`;
}

export function Button({
  look = 'secondary',
  className = '',
  type = 'button',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look }) {
  return <button type={type} className={buttonClass(look, className)} {...rest} />;
}
