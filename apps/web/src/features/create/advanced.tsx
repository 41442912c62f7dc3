import type { ProviderState } from '@octavo/contracts';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { providerNote } from '../../lib/provider-note.ts';
import type { FieldsProps } from './fields/fields-props.ts';
import type { NewPiece } from './new-piece.ts';

/** Who is to make it, for those who care. */
export function Advanced({
  draft,
  change,
  errorOf,
  usable,
  automatic,
}: FieldsProps & { usable: ProviderState[]; automatic: NewPiece['provider'] | undefined }) {
  const { t } = useTranslation();
  const chosen = usable.find(({ name }) => name === draft.provider);
  const usual = chosen?.defaultModels?.[draft.contentType] ?? chosen?.defaultModel;
  const hasError = errorOf('provider') !== undefined || errorOf('model') !== undefined;
  return (
    <details className="group rounded-xl border border-line" open={hasError || draft.provider !== '' || undefined}>
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-xl px-4 py-3 text-sm font-medium hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <ChevronDown size={16} className="transition-transform group-open:rotate-180" aria-hidden="true" />{' '}
        {t('create.advanced')}
      </summary>
      <div className="grid gap-4 px-4 pt-1 pb-4 sm:grid-cols-2">
        <Field label={t('create.provider')} hint={chosen && providerNote(chosen.note, t)} error={errorOf('provider')}>
          {(control) => (
            <select
              {...control}
              className={`${control.className} select pr-9`}
              value={draft.provider}
              onChange={(event) => change({ provider: event.target.value as NewPiece['provider'], model: '' })}
            >
              <option value="">
                {t('create.automatic', { provider: automatic ? t(`providers.${automatic}`) : '' })}
              </option>
              {usable.map(({ name }) => (
                <option key={name} value={name}>
                  {t(`providers.${name}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {chosen && (
          <Field label={t('create.model')} error={errorOf('model')}>
            {(control) => (
              <>
                <input
                  {...control}
                  list="models"
                  maxLength={200}
                  autoComplete="off"
                  placeholder={usual ?? t('create.modelDefault')}
                  value={draft.model}
                  onChange={(event) => change({ model: event.target.value })}
                />
                <datalist id="models">
                  {chosen.models.map((model) => (
                    <option key={model} value={model}>
                      {model}
                    </option>
                  ))}
                </datalist>
              </>
            )}
          </Field>
        )}
      </div>
    </details>
  );
}
