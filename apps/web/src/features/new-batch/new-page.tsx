import { maxRowsPerMinute } from '@octavo/contracts/names';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';
import { createKeyOf } from '../../lib/new-key.ts';
import { sessionStore } from '../../lib/session.ts';
import { useTitle } from '../../lib/use-title.ts';
import { providersQuery } from '../content/queries.ts';
import { Advanced } from '../create/advanced.tsx';
import { focusProblem } from '../create/focus-problem.ts';
import { KindPicker } from '../create/kind-picker.tsx';
import type { NewPiece } from '../create/new-piece.ts';
import { SubmitProblem } from '../usage/submit-problem.tsx';
import { CheckResult, useCheck } from './check.tsx';
import { forgetNewBatch, readNewBatch, writeNewBatch } from './draft.ts';
import { exampleForm } from './example.ts';
import { batchQueries } from '../batches/queries.ts';
import { RowPreview } from './row-preview.tsx';
import { RunFields } from './run-fields.tsx';
import { TableSource } from './table-source.tsx';
import { type BatchField, type BatchForm, findBatchProblems, toNewBatch, unknownPlaces } from './template.ts';
import { TemplateFields, unknownText } from './template-fields.tsx';
import { useTable } from './use-table.ts';

const route = getRouteApi('/app/batches/new');

/** A table, a template, and what all of it may cost: everything is looked at before anything starts. */
export function NewBatchPage() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { example } = route.useSearch();
  const [owner] = useState(() => sessionStore.read()?.user.id);
  const [kept] = useState(() => (example ? { form: exampleForm(t), table: undefined } : readNewBatch(owner)));
  const [form, setForm] = useState(kept.form);
  const [isTried, setIsTried] = useState(false);
  const [keyOf] = useState(createKeyOf);
  const providers = useQuery(providersQuery);
  const element = useRef<HTMLFormElement>(null);
  useTitle(t('batch.newTitle'));

  const { piece } = form;
  const set = (part: Partial<BatchForm>): void => setForm((before) => ({ ...before, ...part }));
  const change = (part: Partial<NewPiece>): void =>
    setForm((before) => ({ ...before, piece: { ...before.piece, ...part } }));

  const { table, failure, isReading, read, fail, clear } = useTable({
    kept: kept.table,
    onRead({ columns: [first] }, fileName) {
      setForm((before) => ({
        ...before,
        name: before.name || fileName.replace(/\.\w+$/, ''),
        piece: before.piece.title === '' && first ? { ...before.piece, title: `{{${first}}}` } : before.piece,
      }));
    },
    onChange: (source) => writeNewBatch(owner, 'table', source),
  });
  useEffect(() => writeNewBatch(owner, 'form', form), [owner, form]);
  const readExample = useEffectEvent(() => read(t('batch.exampleCsv'), ''));
  useEffect(() => {
    if (!example) return;
    readExample();
    void navigate({ to: '/batches/new', replace: true });
  }, [example, navigate]);

  const problems = findBatchProblems(form, table);
  const unknown = unknownPlaces(piece, table?.columns);
  const isComplete = Object.keys(problems).length === 0 && unknown.size === 0;
  const body = isComplete && table ? toNewBatch(form, table.source) : undefined;
  const check = useCheck(body, table?.id);
  const aboveCap =
    body?.maxCostUsd !== undefined && check.estimate !== undefined ? capProblem(body.maxCostUsd) : undefined;
  function capProblem(maxCostUsd: number): 'unknownCap' | 'aboveCap' | undefined {
    if (!check.estimate?.known) return 'unknownCap';
    return check.estimate.worstCaseMicroUsd > Math.round(maxCostUsd * 1_000_000) ? 'aboveCap' : undefined;
  }

  const submit = useMutation({
    mutationFn: async (isStarting: boolean) => {
      const { id } = await client.createBatch(body!, keyOf(body!));
      // A draft that could not be started is there to be started again, from its own page.
      if (isStarting) await client.startBatch(id).catch((error: unknown) => toast(errorMessage(error, t, language)));
      return id;
    },
    async onSuccess(id) {
      forgetNewBatch();
      void queries.invalidateQueries({ queryKey: batchQueries.all });
      await navigate({ to: '/batches/$id', params: { id } });
    },
  });

  const errorOf = (field: string): string | undefined => {
    const problem = isTried ? problems[field as BatchField] : undefined;
    if (problem === 'table') return t('batch.table.needed');
    if (problem === 'badPace') return t('batch.run.badPace', { max: maxRowsPerMinute });
    if (problem === 'badCap') return t('batch.run.badCap');
    // Of a row the image is one of its values.
    if (problem === 'image') return t('batch.template.noColumn');
    if (problem) return t(`field.${problem}`);
    const names = unknown.get(field);
    if (names && table) return unknownText(names, table.columns, t);
    return fieldMessage(submit.error, field, t);
  };
  useEffect(() => {
    if (isTried) focusProblem(element.current);
  }, [isTried]);
  function send(isStarting: boolean): void {
    if (submit.isPending) return;
    if (body && check.isGood && (aboveCap === undefined || !isStarting)) submit.mutate(isStarting);
    else if (isTried) focusProblem(element.current);
    else setIsTried(true);
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    send(true);
  }

  const usable = (providers.data?.providers ?? []).filter(
    ({ available, contentTypes }) => available && contentTypes.includes(piece.contentType),
  );
  const fields = { draft: piece, change, errorOf };
  const heading = 'font-serif text-xl font-semibold';
  return (
    <form ref={element} noValidate className="min-w-0" onSubmit={onSubmit}>
      <Link to="/batches" className="inline-flex min-h-9 items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronLeft size={16} aria-hidden="true" /> {t('batch.back')}
      </Link>
      <PageTitle className="mb-6 font-serif text-3xl font-semibold">{t('batch.newTitle')}</PageTitle>
      {/* On a phone the preview stands below the template, on a wide screen beside all of it. */}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <section aria-labelledby="step-table" className="space-y-4">
          <h2 id="step-table" className={heading}>
            {t('batch.table.title')}
          </h2>
          <TableSource
            table={table}
            isReading={isReading}
            failure={failure}
            problem={errorOf('table')}
            onText={read}
            onProblem={fail}
            onClear={clear}
          />
        </section>
        <section aria-labelledby="step-template" className="space-y-5">
          <div>
            <h2 id="step-template" className={heading}>
              {t('batch.template.title')}
            </h2>
            <p className="mt-1 text-sm text-muted">
              {t('batch.template.text', { example: `{{${table?.columns[0] ?? 'city'}}}` })}
            </p>
          </div>
          <KindPicker
            value={piece.contentType}
            isWide
            onChange={(contentType) => change({ contentType, provider: '', model: '' })}
          />
          <TemplateFields {...fields} columns={table?.columns} />
          <Advanced {...fields} usable={usable} automatic={providers.data?.defaults[piece.contentType]} />
        </section>
        <RowPreview key={table?.id} piece={piece} table={table} />
        <section aria-labelledby="step-run" className="space-y-5">
          <h2 id="step-run" className={heading}>
            {t('batch.run.title')}
          </h2>
          <RunFields
            form={form}
            rows={table?.rows.length ?? 0}
            estimate={check.estimate ?? null}
            capProblem={aboveCap}
            errorOf={errorOf}
            onChange={set}
          />
          <CheckResult check={check} rows={table?.rows.length ?? 0} />
          {submit.isError && <SubmitProblem error={submit.error} />}
          {isTried && !isComplete && (
            <Notice tone="bad">
              <p>
                {t('batch.run.notYet')}{' '}
                <button
                  type="button"
                  className="font-semibold underline underline-offset-4"
                  onClick={() => focusProblem(element.current)}
                >
                  {t('batch.run.showProblem')}
                </button>
              </p>
            </Notice>
          )}
          <div className="flex flex-wrap gap-3">
            <Button
              look="primary"
              type="submit"
              className="min-h-11 max-sm:w-full sm:px-8"
              disabled={submit.isPending || check.isChecking}
            >
              {submit.isPending ? t('batch.run.starting') : t('batch.run.start')}
            </Button>
            <Button
              className="min-h-11 max-sm:w-full"
              disabled={submit.isPending || check.isChecking}
              onClick={() => send(false)}
            >
              {t('batch.run.keep')}
            </Button>
          </div>
        </section>
      </div>
    </form>
  );
}
