import type { BatchEstimate } from '@octavo/contracts';
import { maxRowsPerMinute, maxTitleLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { formatLong, formatMoney } from '../../lib/format.ts';
import { type BatchForm, toPace } from './template.ts';

/** What the batch is called, how fast it goes, and what it may cost. */
export function RunFields({
  form: { name, pace, cap },
  rows,
  estimate,
  capProblem,
  errorOf,
  onChange,
}: {
  form: BatchForm;
  rows: number;
  estimate: BatchEstimate | null;
  capProblem: 'aboveCap' | 'unknownCap' | undefined;
  errorOf: (field: string) => string | undefined;
  onChange: (part: Partial<BatchForm>) => void;
}) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const perMinute = toPace(pace);
  const most = formatMoney(estimate?.worstCaseMicroUsd ?? 0, language);
  return (
    <>
      <Field label={t('batch.run.name')} error={errorOf('name')}>
        {(control) => (
          <input
            {...control}
            maxLength={maxTitleLength}
            autoComplete="off"
            value={name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field
          label={t('batch.run.pace')}
          hint={
            perMinute !== undefined && rows > 1
              ? t('batch.run.leastTime', { time: formatLong(((rows - 1) / perMinute) * 60_000, language) })
              : t('batch.run.paceHint', { max: maxRowsPerMinute })
          }
          error={errorOf('pace')}
        >
          {(control) => (
            <input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={pace}
              onChange={(event) => onChange({ pace: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('batch.run.cap')}
          hint={t('batch.run.capHint')}
          error={errorOf('cap') ?? (capProblem && t(`batch.run.${capProblem}`, { most }))}
        >
          {(control) => (
            <input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              value={cap}
              onChange={(event) => onChange({ cap: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}
