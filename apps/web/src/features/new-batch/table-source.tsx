import type { BatchTable } from '@octavo/contracts';
import { maxBatchRows } from '@octavo/contracts/names';
import type { TFunction } from 'i18next';
import { FileSpreadsheet } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { FileDrop } from '../../components/form/file-drop.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { formatBytes } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { usePageDrop } from '../../lib/use-page-drop.ts';
import { maxTableBytes, readTextFile, TableProblem } from './read-source.ts';
import { type RowProblem, rowProblems } from './row-problem.ts';
import type { TableFailure } from './use-table.ts';

const shownRows = 5;

/** Takes a table as a file or from the clipboard, and shows how it was understood. */
export function TableSource({
  table,
  isReading,
  failure,
  problem,
  onText,
  onProblem,
  onClear,
}: {
  table: BatchTable | undefined;
  isReading: boolean;
  failure: TableFailure | undefined;
  /** What the form says about it. */
  problem: string | undefined;
  onText: (text: string, fileName: string) => void;
  onProblem: (error: unknown, fileName: string) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const change = useRef<HTMLButtonElement>(null);
  const [pasted, setPasted] = useState('');
  function take([file]: Iterable<File>): void {
    if (!file) return;
    const { name } = file;
    void readTextFile(file).then(
      (text) => onText(text, name),
      (error: unknown) => onProblem(error, name),
    );
  }
  usePageDrop(take);
  // The form to give a table is gone with everything that had the focus in it.
  const isRead = table !== undefined;
  useEffect(() => {
    if (isRead && document.activeElement === document.body) change.current?.focus({ preventScroll: true });
  }, [isRead]);

  if (table) {
    return (
      <div className="space-y-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p role="status" className="font-medium">
            {t('batch.table.found', {
              rows: t('batch.rowCount', { count: table.rows.length }),
              columns: t('batch.columnCount', { count: table.columns.length }),
            })}
          </p>
          <button
            ref={change}
            type="button"
            className="min-h-10 text-sm font-medium text-accent underline underline-offset-4"
            onClick={onClear}
          >
            {t('batch.table.change')}
          </button>
        </div>
        <TablePreview table={table} />
      </div>
    );
  }
  return (
    <div className="space-y-4">
      {failure && <TableError {...failure} />}
      <FileDrop
        icon={FileSpreadsheet}
        input={input}
        label={t('batch.table.choose')}
        accept=".csv,.tsv,.json,.txt,text/csv,application/json"
        isInvalid={Boolean(problem)}
        onFiles={take}
      >
        <Button
          data-first=""
          aria-invalid={problem ? true : undefined}
          aria-describedby="table-help"
          disabled={isReading}
          onClick={() => input.current?.click()}
        >
          {isReading ? t('batch.table.reading') : t('batch.table.choose')}
        </Button>
        <p id="table-help" className="text-sm text-muted">
          {problem && <span className="block text-bad">{problem}</span>}
          <span className="pointer-coarse:hidden">{t('batch.table.drop')} </span>
          {t('batch.table.text', { max: maxBatchRows })}
        </p>
      </FileDrop>
      <Field label={t('batch.table.paste')} hint={t('batch.table.pasteHint')}>
        {(control) => (
          <textarea
            {...control}
            className={`${control.className} resize-y font-mono text-sm`}
            rows={3}
            spellCheck={false}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
            onPaste={(event) => {
              // Into an empty field a whole table is pasted, and read at once.
              const text = event.clipboardData.getData('text/plain');
              if (pasted !== '' || !text.trim().includes('\n')) return;
              event.preventDefault();
              setPasted(text);
              onText(text, '');
            }}
          />
        )}
      </Field>
      {pasted.trim() !== '' && (
        <Button disabled={isReading} onClick={() => onText(pasted, '')}>
          {t('batch.table.read')}
        </Button>
      )}
    </div>
  );
}

function TablePreview({ table: { columns, rows } }: { table: BatchTable }) {
  const { t } = useTranslation();
  const shown = rows.slice(0, shownRows);
  return (
    <>
      <div
        className="overflow-x-auto rounded-lg border border-line bg-raised"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls sideways, by keyboard as well
        tabIndex={0}
        role="region"
        aria-label={t('batch.table.first')}
      >
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line text-left">
              <th scope="col" className="px-3 py-2 font-medium text-muted">
                {t('batch.table.number')}
              </th>
              {columns.map((column) => (
                <th key={column} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, at) => (
              <tr key={at} className="border-b border-line last:border-0">
                <th scope="row" className="px-3 py-2 text-left font-normal text-muted tabular-nums">
                  {at + 1}
                </th>
                {columns.map((column) => (
                  <td key={column} className="max-w-64 min-w-24 truncate px-3 py-2">
                    {row[column] ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && (
        <p className="text-sm text-muted">{t('batch.table.showing', { count: shown.length })}</p>
      )}
    </>
  );
}

function TableError({ error, fileName }: TableFailure) {
  const { t, i18n } = useTranslation();
  const name = fileName || t('batch.table.pasted');
  const title = t('batch.table.cannotRead', { name });
  const problems = rowProblems(error, t);
  if (problems) return <RowProblems title={title} problems={problems} />;
  if (error instanceof TableProblem && error.kind === 'empty')
    return <Notice tone="bad">{t('batch.table.isEmpty', { name })}</Notice>;
  return (
    <Notice tone="bad" title={title}>
      {tableErrorText(error, t, i18n.language)}
    </Notice>
  );
}

function tableErrorText(error: unknown, t: TFunction, language: string): string {
  if (!(error instanceof TableProblem))
    return error instanceof DOMException ? t('batch.table.unreadable') : errorMessage(error, t, language);
  if (error.kind === 'badJson') return t('batch.table.badJson');
  if (error.kind === 'notText') return t('batch.table.notText');
  const [size, max] = [formatBytes(error.bytes, language), formatBytes(maxTableBytes, language)];
  return t('batch.table.tooLarge', { size, max });
}

/** What is wrong, row by row. */
export function RowProblems({ title, problems }: { title: string; problems: readonly RowProblem[] }) {
  const { t } = useTranslation();
  return (
    <Notice tone="bad" title={title}>
      <ul className="list-disc space-y-1 pl-4">
        {problems.map(({ row, text }) => (
          <li key={`${row} ${text}`} className="break-words">
            {row !== undefined && <strong className="font-semibold">{t('batch.run.row', { n: row })} </strong>}
            {text}
          </li>
        ))}
      </ul>
      {problems.length >= 20 && <p>{t('batch.run.problemsMore', { count: problems.length })}</p>}
    </Notice>
  );
}
