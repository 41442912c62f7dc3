import { contentTypeNames } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import type { LibraryFilters } from './search.ts';
import { SearchField } from './search-field.tsx';

/** What a piece can be, in one word: as it is published, as its last attempt stands, or deleted. */
const states = ['draft', 'published', 'pending', 'processing', 'failed', 'cancelled', 'deleted'] as const;

/** Which pieces are wanted. `isTyping`: another letter of a search that had begun. */
export function Filters({
  filters,
  onChange,
}: {
  filters: LibraryFilters;
  onChange: (filters: LibraryFilters, isTyping?: boolean) => void;
}) {
  const { t } = useTranslation();
  const { q, contentType, status, generationStatus, deleted } = filters;
  return (
    <div className="grid w-full grid-cols-2 gap-2 sm:flex sm:w-auto">
      <SearchField
        value={q ?? ''}
        onChange={(words) => onChange({ ...filters, q: words || undefined }, q !== undefined)}
      />
      <Choice
        label={t('library.filterKind')}
        value={contentType ?? ''}
        options={[
          ['', t('library.allKinds')],
          ...contentTypeNames.map((name): [string, string] => [name, t(`types.${name}`)]),
        ]}
        onChange={(kind) => onChange({ ...filters, contentType: (kind || undefined) as LibraryFilters['contentType'] })}
      />
      <Choice
        label={t('library.filterState')}
        value={deleted ? 'deleted' : (status ?? generationStatus ?? '')}
        options={[['', t('library.allStates')], ...states.map((name): [string, string] => [name, t(`state.${name}`)])]}
        onChange={(state) => onChange({ q, contentType, ...ofState(state) })}
      />
    </div>
  );
}

function ofState(state: string): Pick<LibraryFilters, 'status' | 'generationStatus' | 'deleted'> {
  if (state === '') return {};
  if (state === 'deleted') return { deleted: 'only' };
  if (state === 'draft' || state === 'published') return { status: state };
  return { generationStatus: state as LibraryFilters['generationStatus'] };
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: Array<[string, string]>;
  onChange: (value: string) => void;
}) {
  return (
    <label className="min-w-0 text-sm">
      <span className="sr-only">{label}</span>
      <select
        className="select min-h-10 w-full truncate rounded-lg border border-line bg-raised pr-9 pl-3 text-sm hover:border-muted"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
