import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#platform/http';
import { readTable } from './read-table.ts';
import { toCsvLine } from '../results.ts';

function refusal(csv: string): AppError {
  try {
    readTable({ csv });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a CSV', () => {
  it.each([
    ['commas', 'city,wish\nRome,short\n'],
    ['semicolons, a byte order mark and Windows lines', '\uFEFFcity;wish\r\nRome;short\r\n'],
    ['tabs and old Mac lines', 'city\twish\rRome\tshort'],
    ['quotes', '"city","wish"\n"Rome","short"'],
    ['empty lines', '\ncity,wish\n\nRome,short\n\n\n'],
    ['spaces around the names', ' city , wish \nRome,short'],
  ])('is read with %s', (_what, csv) => {
    expect(readTable({ csv })).toEqual({ columns: ['city', 'wish'], rows: [{ city: 'Rome', wish: 'short' }] });
  });

  it('keeps separators, quotes, line breaks and spaces inside of values', () => {
    const csv = 'a;b\n"1;2";"say ""hi""\r\n, then go"\n  x ;""\n';
    expect(readTable({ csv }).rows).toEqual([
      { a: '1;2', b: 'say "hi"\r\n, then go' },
      { a: '  x ', b: '' },
    ]);
  });

  it('takes a separator in a quoted name for what it is', () => {
    expect(readTable({ csv: '"a;b;c",d\n1,2' })).toEqual({ columns: ['a;b;c', 'd'], rows: [{ 'a;b;c': '1', d: '2' }] });
  });

  it.each([
    ['a name that is there twice', 'a,b,a\n1,2,3', 'the column “a” is there twice'],
    ['a column without a name', 'a,,b\n1,2,3', 'a column has no name'],
    ['a row that is too short', 'a,b\n1,2\n3', 'row 2: has 1 value for 2 columns'],
    ['a row that is too long', 'a,b\n1,2,3', 'row 1: has 3 values for 2 columns'],
    ['a quote that is not closed', 'a,b\n"1,2\n3,4', 'a quote is opened and never closed'],
    ['a quote in a value', 'a,b\n1"2,3', 'line 2 has a quote in the middle of a value'],
    ['text behind a quote', 'a,b\n"1"2,3', 'line 2 has text behind a closing quote'],
    ['names only', 'a,b\n', 'there are no rows'],
    ['nothing but empty lines', '\n\n', 'there are no rows'],
    ['a name with braces', 'a{{b}},c\n1,2', 'characters that are not allowed'],
    ['a name that is none in JSON', '__proto__,c\n1,2', 'characters that are not allowed'],
    ['1,001 rows', `a\n${'x\n'.repeat(1001)}`, 'there are more than 1000 rows'],
    ['51 columns', `${'x,'.repeat(50)}x\n1`, '50 columns are allowed'],
    ['a million columns', `a\n${','.repeat(1_000_000)}`, '50 columns are allowed'],
    ['a long value', `a\n${'x'.repeat(20_001)}`, 'row 1: column “a” has 20001 characters'],
    ['a NUL', 'a\n1\u00002', 'row 1: column “a” must not contain NUL'],
    ['half a character', 'a\n1\uD8002', 'line 2 must be well-formed Unicode'],
  ])('is refused for %s', (_what, csv, message) => {
    expect(refusal(csv)).toMatchObject({ code: 'validation_failed' });
    expect(refusal(csv).message).toContain(message);
  });

  it('names twenty of a thousand faults', () => {
    const { fields, message } = refusal(`a,b\n${'1\n'.repeat(1000)}`);
    expect(fields).toHaveLength(20);
    expect(message).toContain('(and 999 more)');
  });

  const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\u0000'));
  const awkward = fc.array(fc.constantFrom('"', ',', ';', '\t', '\n', '\r', '\r\n', ' ', 'a', 'é', '😀', '{{a}}'), {
    maxLength: 8,
  });
  const cell = fc
    .oneof(
      value,
      awkward.map((parts) => parts.join('')),
    )
    // An apostrophe in front of them is a change on purpose.
    .filter((text) => !/^[=+\-@\t\r＝＋－＠]/.test(text));
  const name = fc.stringMatching(/^[a-z]{1,8}$/);

  it('comes back as it was written', () => {
    const table = fc.uniqueArray(name, { minLength: 1, maxLength: 6 }).chain((columns) =>
      fc.tuple(
        fc.constant(columns),
        fc.array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), {
          minLength: 1,
          maxLength: 8,
        }),
      ),
    );
    fc.assert(
      fc.property(table, ([columns, lines]) => {
        const csv = [columns, ...lines].map(toCsvLine).join('');
        const read = readTable({ csv });
        expect(read.columns).toEqual(columns);
        expect(read.rows.map((row) => columns.map((column) => row[column]))).toEqual(lines);
      }),
      { numRuns: 500 },
    );
  });

  it('is read or refused in words, whatever it holds', () => {
    const scraps = fc.array(
      fc.constantFrom(
        '"',
        '""',
        ',',
        ';',
        '\t',
        '\n',
        '\r',
        '\uFEFF',
        '\u0000',
        'a',
        '{{a}}',
        '\\',
        "'",
        '=1',
        '\u2028',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          scraps.map((parts) => parts.join('')),
        ),
        (csv) => {
          try {
            const { columns, rows } = readTable({ csv });
            for (const row of rows) expect(Object.keys(row)).toHaveLength(columns.length);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect((error as AppError).code).toBe('validation_failed');
            expect((error as AppError).fields.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx'])('is written so that %j is no formula', (text) => {
    expect(toCsvLine([text, 'b'])).toMatch(/^"?'[=+\-@\t\r]/);
  });
});
