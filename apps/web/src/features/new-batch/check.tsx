import type { NewBatch } from '@octavo/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../../lib/client.ts';
import { batchCostText } from '../batches/cost-text.ts';
import { SubmitProblem } from '../usage/submit-problem.tsx';
import { rowProblems } from './row-problem.ts';
import { RowProblems } from './table-source.tsx';

/** Typing has come to a rest. */
const restMs = 700;

/** Has the server look at every row, as soon as the form is complete. `tableId` stands for the table's many rows. */
export function useCheck(body: NewBatch | undefined, tableId: number | undefined) {
  const { csv: _csv, rows: _rows, ...wish } = body ?? {};
  const key = body && JSON.stringify([tableId, wish]);
  const [asked, setAsked] = useState<{ key: string; body: NewBatch }>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(key === undefined || !body ? undefined : { key, body }), restMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- the key says all about the body
  }, [key]);
  const check = useQuery({
    queryKey: ['batch-check', asked?.key],
    queryFn: () => client.checkBatch(asked!.body),
    enabled: asked !== undefined,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const isCurrent = key !== undefined && asked?.key === key && !check.isFetching;
  return {
    isChecking: key !== undefined && !isCurrent,
    estimate: isCurrent && check.isSuccess ? check.data.estimate : undefined,
    isGood: isCurrent && check.isSuccess,
    error: isCurrent ? check.error : null,
  };
}

/** What the check has found: problems by row, or what all rows may cost together. */
export function CheckResult({ check, rows }: { check: ReturnType<typeof useCheck>; rows: number }) {
  const { t, i18n } = useTranslation();
  const problems = rowProblems(check.error, t);
  return (
    <div className="space-y-3">
      {check.error && (
        <div tabIndex={-1} data-problem="" className="rounded-lg">
          {problems ? (
            <RowProblems title={t('batch.run.problems')} problems={problems} />
          ) : (
            <SubmitProblem error={check.error} />
          )}
        </div>
      )}
      <div role="status" data-testid="batch-estimate" className="text-sm">
        {check.isChecking && <p className="text-muted">{t('batch.run.checking')}</p>}
        {check.isGood && (
          <>
            <p className="font-medium">{batchCostText(check.estimate ?? null, rows, t, i18n.language)}</p>
            <p className="text-muted">{t('batch.run.checked')}</p>
          </>
        )}
      </div>
    </div>
  );
}
