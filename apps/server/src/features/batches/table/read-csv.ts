import { maxBatchColumns, maxBatchRows } from '@octavo/contracts';
import { CsvError, parse } from 'csv-parse/sync';
import { AppError } from '#platform/http';

/** What programs separate values with, the likeliest first. */
const delimiters = [',', ';', '\t'];

const options = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Looked at value by value, so that a million of them are not read first.
  cast: (value: string, { column, lines }: { column: number | string; lines: number }) => {
    if (Number(column) < maxBatchColumns) return value;
    throw new TooWide(`line ${lines} has too many values; ${maxBatchColumns} columns are allowed`);
  },
};

/**
 * The lines of a CSV text, the column names first. Which of comma, semicolon and tab separates the values is read off
 * the first line. Lines may be of different lengths: that is for the caller to judge.
 * @throws AppError validation_failed naming the line
 */
export function readCsv(csv: string): string[][] {
  // The parser would make something else of it.
  if (!csv.isWellFormed()) {
    const line = csv.slice(0, csv.search(/\p{Cs}/u)).split('\n').length;
    throw invalid(`line ${line} must be well-formed Unicode (it holds a lone surrogate)`);
  }
  try {
    // One more than allowed, so that the caller sees that there are too many.
    return parse(csv, { ...options, delimiter: delimiterOf(csv), to: maxBatchRows + 2 });
  } catch (error) {
    if (error instanceof TooWide) throw invalid(error.message);
    if (error instanceof CsvError) throw invalid(inWords(error));
    throw error;
  }
}

/** The one that makes most of the first line. */
function delimiterOf(csv: string): string {
  const counts = delimiters.map((delimiter) => {
    try {
      return parse(csv, { ...options, delimiter, to: 1 })[0]?.length ?? 0;
    } catch (error) {
      if (error instanceof TooWide) return Infinity;
      if (error instanceof CsvError) return 0;
      throw error;
    }
  });
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

class TooWide extends Error {
  override readonly name = 'TooWide';
}

function inWords(error: CsvError): string {
  const { lines } = error;
  const line = typeof lines === 'number' ? `line ${lines}` : 'a line';
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `a quote is opened and never closed (at ${line})`;
    case 'INVALID_OPENING_QUOTE':
      return `${line} has a quote in the middle of a value; put the whole value into quotes and double those inside`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `${line} has text behind a closing quote; quotes inside of a value must be doubled`;
    default:
      return `${line} is not valid CSV`;
  }
}

function invalid(message: string): AppError {
  return new AppError('validation_failed', `The CSV cannot be read: ${message}.`, {
    fields: [{ path: 'body.csv', message }],
  });
}
