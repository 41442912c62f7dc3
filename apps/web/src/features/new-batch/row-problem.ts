import { ApiError } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import { inWords } from '../../lib/messages.ts';

export interface RowProblem {
  /** Of the table, from 1; undefined when it is about the whole. */
  row: number | undefined;
  text: string;
}

/** What the server found wrong with a table or its rows; undefined when the error is about something else. */
export function rowProblems(error: unknown, t: TFunction): RowProblem[] | undefined {
  if (!(error instanceof ApiError) || error.code !== 'validation_failed') return undefined;
  const found = error.fields.map(({ message }) => {
    const [, row, rest = message] = /^row (\d+): (.*)$/s.exec(message) ?? [];
    return { row: row === undefined ? undefined : Number(row), text: translated(rest, t) };
  });
  return found.length > 0 ? found : [{ row: undefined, text: error.message }];
}

/** The commonest ones in the person's language; the others as they are. */
function translated(message: string, t: TFunction): string {
  const [, missing] = /^column (\{\{.+\}\}) is missing$/.exec(message) ?? [];
  if (missing !== undefined) return t('batch.problem.missing', { column: missing });
  const [, found, wanted = ''] = /^has (\d+) values for (\d+) columns/.exec(message) ?? [];
  if (found !== undefined) return t('batch.problem.values', { found, wanted });
  const [, column, count, max = ''] = /^column (“.*”) has (\d+) characters; (\d+) are allowed$/.exec(message) ?? [];
  if (column !== undefined) return t('batch.problem.long', { column, count: Number(count), max });
  const [, doubled] = /^the column (“.*”) is there twice$/.exec(message) ?? [];
  if (doubled !== undefined) return t('batch.problem.twice', { column: doubled });
  const [, most] = /^there are more than (\d+) rows$/.exec(message) ?? [];
  if (most !== undefined) return t('batch.problem.tooMany', { max: most });
  if (message.startsWith('there are no rows below')) return t('batch.problem.noRows');
  const [, field, rest] = /^(title|prompt) (.*)$/s.exec(message) ?? [];
  if (field === undefined || rest === undefined) return message;
  const at = rest.indexOf(' (from ');
  const problem = at < 0 ? rest : rest.slice(0, at);
  const columns = at < 0 ? undefined : rest.slice(at + ' (from '.length, -1);
  const text = t('batch.problem.field', {
    field: t(field === 'title' ? 'batch.problem.titleField' : 'batch.problem.promptField'),
    problem: inWords(problem, t),
  });
  return columns === undefined ? text : `${text} ${t('batch.problem.from', { columns })}`;
}
