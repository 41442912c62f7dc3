import { maxBatchColumns, maxBatchRows, maxCellLength } from '@octavo/contracts';
import { createProblems, type Problems } from './problems.ts';
import { readCsv } from './read-csv.ts';

export interface Table {
  columns: string[];
  /** Every row has a value for each of the columns it names; rows of JSON may name fewer. */
  rows: Array<Record<string, string>>;
}

/**
 * The rows of a request, whichever way they came; every value as text.
 * @throws AppError validation_failed naming rows and columns
 */
export function readTable({ rows, csv }: { rows?: unknown[] | undefined; csv?: string | undefined }): Table {
  const problems = createProblems();
  const table = csv === undefined ? fromJson(rows ?? [], problems) : fromCsv(csv, problems);
  for (const column of table.columns) checkName(column, problems);
  if (table.columns.length > maxBatchColumns) {
    problems.add('body.rows', `there are ${table.columns.length} columns; ${maxBatchColumns} are allowed`);
  }
  for (const [index, row] of table.rows.entries()) {
    for (const [column, value] of Object.entries(row)) checkValue(index, column, value, problems);
  }
  problems.throwIfAny();
  return table;
}

function fromCsv(csv: string, problems: Problems): Table {
  const [header = [], ...lines] = readCsv(csv);
  const columns = header.map((name) => name.trim());
  const doubled = columns.filter((name, index) => columns.indexOf(name) !== index);
  for (const name of new Set(doubled)) problems.add('body.csv', `the column ${quoted(name)} is there twice`);
  if (lines.length === 0) problems.add('body.csv', 'there are no rows below the line with the column names');
  if (lines.length > maxBatchRows) problems.add('body.csv', `there are more than ${maxBatchRows} rows`);
  const rows = lines.slice(0, maxBatchRows).map((line, index) => {
    if (line.length !== columns.length) {
      problems.add(
        'body.csv',
        `row ${index + 1}: has ${counted(line.length, 'value')} for ${counted(columns.length, 'column')}; a value with the separator or a line break in it belongs into quotes`,
      );
    }
    return Object.fromEntries(columns.map((name, at) => [name, line[at] ?? '']));
  });
  return { columns, rows };
}

function fromJson(items: unknown[], problems: Problems): Table {
  const columns = new Set<string>();
  const rows = items.map((item, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      problems.add(`body.rows.${index}`, `row ${index + 1}: must be an object of columns and values`);
      return {};
    }
    const row: Array<[string, string]> = [];
    for (const [key, value] of Object.entries(item)) {
      const name = key.trim();
      columns.add(name);
      if (row.some(([other]) => other === name)) {
        problems.add(`body.rows.${index}`, `row ${index + 1}: the column ${quoted(name)} is there twice`);
      }
      const asText = toText(value);
      if (asText === undefined) {
        problems.add(
          `body.rows.${index}.${name}`,
          `row ${index + 1}: column ${quoted(name)} must be text, a number, true, false or null`,
        );
      } else row.push([name, asText]);
    }
    return Object.fromEntries(row);
  });
  return { columns: [...columns], rows };
}

function toText(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function checkName(name: string, problems: Problems): void {
  if (name === '') problems.add('body.rows', 'a column has no name');
  else if (name.length > 100) problems.add('body.rows', `the column ${quoted(name)} has a name of over 100 characters`);
  // `__proto__` is no plain key for the programs that read the rows back as JSON.
  else if (/[{}\p{Cc}\p{Cs}]/u.test(name) || name === '__proto__') {
    problems.add('body.rows', `the column ${quoted(name)} has a name with characters that are not allowed`);
  }
}

/** As every text that is stored: no NUL, no lone surrogate. */
function checkValue(index: number, column: string, value: string, problems: Problems): void {
  const wrong =
    value.length > maxCellLength
      ? `has ${value.length} characters; ${maxCellLength} are allowed`
      : value.includes('\u0000')
        ? 'must not contain NUL characters'
        : value.isWellFormed()
          ? undefined
          : 'must be well-formed Unicode (it holds a lone surrogate)';
  if (wrong !== undefined) problems.add(`body.rows.${index}`, `row ${index + 1}: column ${quoted(column)} ${wrong}`);
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

function quoted(name: string): string {
  return `“${name.length > 60 ? `${name.slice(0, 60)}…` : name}”`.toWellFormed();
}
