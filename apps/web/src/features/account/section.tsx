import { type ReactNode, useId } from 'react';

/** A part of the account's pages, with its heading. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="space-y-4">
      <div className="space-y-1">
        <h2 id={id} className="text-xl font-semibold">
          {title}
        </h2>
        {text !== undefined && <p className="text-sm text-muted">{text}</p>}
      </div>
      {children}
    </section>
  );
}

/** A line of a list: what it is, what there is to say of it, and what can be done with it. */
export function Row({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3.5">
      <div className="min-w-0 flex-1 basis-56 space-y-0.5">
        <div className="font-medium break-words">{title}</div>
        <div className="text-sm break-words text-muted">{children}</div>
      </div>
      {actions !== undefined && <div className="-mx-2 flex flex-wrap gap-1">{actions}</div>}
    </div>
  );
}

export const listClass = 'divide-y divide-line rounded-xl border border-line bg-raised shadow-card';

/** A word beside a name. */
export function Mark({ tone = 'plain', children }: { tone?: 'plain' | 'good' | 'busy'; children: ReactNode }) {
  const colors = { plain: 'bg-sunken text-muted', good: 'bg-good-soft text-good', busy: 'bg-busy-soft text-busy' };
  return (
    <span className={`ml-2 inline-block rounded-full px-2 py-0.5 align-middle text-xs font-medium ${colors[tone]}`}>
      {children}
    </span>
  );
}
