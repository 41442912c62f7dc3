import type { ContentType } from '@octavo/contracts';
import { contentTypeNames } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { TypeIcon } from '../../components/type-icon.tsx';

/** What is to be made. */
export function KindPicker({
  value,
  isWide = false,
  onChange,
}: {
  value: ContentType;
  /** Above the form and not beside it. */
  isWide?: boolean;
  onChange: (kind: ContentType) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-medium">{t('create.type')}</legend>
      <div className={`grid grid-cols-2 gap-2 sm:grid-cols-4 ${isWide ? '' : 'lg:grid-cols-1'}`}>
        {contentTypeNames.map((name) => (
          <label
            key={name}
            className="relative flex min-h-11 cursor-pointer items-center gap-3 rounded-xl border border-line bg-raised px-3 py-2 transition-colors last:max-lg:odd:col-span-2 hover:border-muted has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent lg:px-3.5 lg:py-2.5"
          >
            <input
              type="radio"
              name="contentType"
              value={name}
              className="sr-only"
              aria-label={t(`types.${name}`)}
              aria-describedby={`kind-${name}`}
              checked={value === name}
              onChange={() => onChange(name)}
            />
            <span className="text-accent">
              <TypeIcon type={name} size={19} />
            </span>
            <span className="min-w-0">
              <span className="block text-sm leading-tight font-medium">{t(`types.${name}`)}</span>
              <span
                id={`kind-${name}`}
                className={`mt-0.5 hidden text-xs leading-snug text-muted ${isWide ? '' : 'lg:block'}`}
              >
                {t(`types.${name}Hint`)}
              </span>
            </span>
          </label>
        ))}
      </div>
      <p className={`mt-2 text-sm text-muted ${isWide ? '' : 'lg:hidden'}`} aria-hidden="true">
        {t(`types.${value}Hint`)}
      </p>
    </fieldset>
  );
}
