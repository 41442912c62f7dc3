import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import type { ReactNode } from 'react';

const tones = {
  info: { className: 'bg-busy-soft text-busy', Icon: Info },
  bad: { className: 'bg-bad-soft text-bad', Icon: CircleAlert },
  good: { className: 'bg-good-soft text-good', Icon: CircleCheck },
};

/** A message in the flow of the page. Bad news is announced at once. */
export function Notice({
  tone = 'info',
  title,
  children,
}: {
  tone?: keyof typeof tones;
  title?: string;
  children?: ReactNode;
}) {
  const { className, Icon } = tones[tone];
  return (
    <div role={tone === 'bad' ? 'alert' : 'status'} className={`flex gap-3 rounded-lg px-4 py-3 text-sm ${className}`}>
      <Icon size={18} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 space-y-1">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  );
}
