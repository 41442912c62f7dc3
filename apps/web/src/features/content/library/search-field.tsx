import { maxSearchLength } from '@octavo/contracts/names';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** How long somebody has stopped typing before the server is asked. */
const restMs = 250;

/** Words of titles to look for. `onChange` hears of them once the typing rests, and at once on Enter. */
export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  const [seen, setSeen] = useState(value);
  // Changed from outside (a link, the browser's back), not by what was told from here.
  if (value !== seen) {
    setSeen(value);
    if (value !== told) {
      setTold(value);
      setTyped(value);
    }
  }

  function tell(): void {
    const wanted = typed.trim();
    if (wanted === told) return;
    setTold(wanted);
    onChange(wanted);
  }
  useEffect(() => {
    const timer = setTimeout(tell, restMs);
    return () => clearTimeout(timer);
  });

  return (
    <form
      role="search"
      className="relative col-span-2"
      onSubmit={(event) => {
        event.preventDefault();
        tell();
      }}
    >
      <Search size={16} aria-hidden="true" className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2" />
      <input
        type="search"
        aria-label={t('library.search')}
        placeholder={t('library.search')}
        maxLength={maxSearchLength}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="min-h-10 w-full rounded-lg border border-line bg-raised pr-3 pl-9 text-sm placeholder:text-muted hover:border-muted"
      />
    </form>
  );
}
