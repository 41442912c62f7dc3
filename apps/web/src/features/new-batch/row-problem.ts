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

/** Remarks of the server as they are, and the words for each; the parts of a remark stand in their order. */
const remarks: Array<[RegExp, (parts: string[], t: TFunction) => string]> = [
  [/^column (\{\{.+\}\}) is missing$/, ([column = ''], t) => t('batch.problem.missing', { column })],
  [
    /^has (\d+) values? for (\d+) columns?/,
    ([found, wanted], t) =>
      t('batch.problem.values', {
        values: t('batch.valueCount', { count: Number(found) }),
        columns: t('batch.columnCount', { count: Number(wanted) }),
      }),
  ],
  [
    /^column (“.*”) has (\d+) characters; (\d+) are allowed$/,
    ([column = '', count, max = ''], t) => t('batch.problem.long', { column, count: Number(count), max }),
  ],
  [/^column (“.*”) must not contain NUL/, ([column = ''], t) => t('batch.problem.badCharacters', { column })],
  [/^column (“.*”) must be well-formed/, ([column = ''], t) => t('batch.problem.badCharacters', { column })],
  [/^column (“.*”) must be text, a number/, ([column = ''], t) => t('batch.problem.notPlain', { column })],
  [/^must be an object of columns/, (_, t) => t('batch.problem.notObject')],
  [/^the column (“.*”) is there twice$/, ([column = ''], t) => t('batch.problem.twice', { column })],
  [/^the column (“.*”) has a name of over/, ([column = ''], t) => t('batch.problem.longName', { column })],
  [/^the column (“.*”) has a name with/, ([column = ''], t) => t('batch.problem.badName', { column })],
  [/^a column has no name$/, (_, t) => t('batch.problem.noName')],
  [/^there are more than (\d+) rows$/, ([max = ''], t) => t('batch.problem.tooMany', { max })],
  [/^must hold at most (\d+) rows$/, ([max = ''], t) => t('batch.problem.tooMany', { max })],
  [/^there are no rows below/, (_, t) => t('batch.problem.noRows')],
  [/^must hold at least one row$/, (_, t) => t('batch.problem.noneAtAll')],
  [/^there are \d+ columns; (\d+) are allowed$/, ([max = ''], t) => t('batch.problem.tooManyColumns', { max })],
  [/^line \d+ has too many values; (\d+) columns/, ([max = ''], t) => t('batch.problem.tooManyColumns', { max })],
  [
    /^a quote is opened and never closed \(at line (\d+)\)$/,
    ([line = ''], t) => t('batch.problem.openQuote', { line }),
  ],
  [/^line (\d+) has a quote in the middle/, ([line = ''], t) => t('batch.problem.innerQuote', { line })],
  [/^line (\d+) has text behind a closing/, ([line = ''], t) => t('batch.problem.textBehind', { line })],
  [/^line (\d+) (?:is not valid CSV|must be well-formed)/, ([line = ''], t) => t('batch.problem.badLine', { line })],
  [
    /^no column is called (\{\{.+\}\}); there are (.*)$/s,
    ([names = '', columns = ''], t) => t('batch.template.unknown', { names, columns }),
  ],
];

/** In the person's language, but for what nobody has words for. */
function translated(message: string, t: TFunction): string {
  for (const [pattern, say] of remarks) {
    const found = pattern.exec(message);
    if (found) return say(found.slice(1), t);
  }
  const [, field, rest] = /^(title|prompt) (.*)$/s.exec(message) ?? [];
  if (field === undefined || rest === undefined) return inWords(message, t);
  const at = rest.indexOf(' (from ');
  const problem = at < 0 ? rest : rest.slice(0, at);
  const columns = at < 0 ? undefined : rest.slice(at + ' (from '.length, -1);
  const text = t('batch.problem.field', {
    field: t(field === 'title' ? 'batch.problem.titleField' : 'batch.problem.promptField'),
    problem: inWords(problem, t),
  });
  return columns === undefined ? text : `${text} ${t('batch.problem.from', { columns })}`;
}
