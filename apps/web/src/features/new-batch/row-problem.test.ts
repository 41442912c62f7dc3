import { ApiError } from '@octavo/sdk';
import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchWords } from '../../i18n/es-batches.ts';
import { es } from '../../i18n/es.ts';
import { rowProblems } from './row-problem.ts';

let t: TFunction;
beforeAll(async () => {
  t = await i18next.createInstance().init({
    lng: 'es',
    resources: { es: { translation: { ...es, ...batchWords } } },
    interpolation: { escapeValue: false },
  });
});

/** What the server says of tables and rows, word for word. */
describe('a remark of the server about a table', () => {
  it.each([
    ['row 2: has 1 value for 2 columns; a value with', '1 valor para 2 columnas'],
    ['row 2: has 3 values for 1 column; a value with', '3 valores para 1 columna'],
    ['row 1: column {{city}} is missing', 'falta la columna {{city}}'],
    ['row 1: column “a” has 20001 characters; 20000 are allowed', 'la columna “a” tiene 20001 caracteres'],
    ['row 1: column “a” must not contain NUL characters', 'caracteres que no se permiten'],
    ['row 1: column “a” must be well-formed Unicode (it holds a lone surrogate)', 'caracteres que no se permiten'],
    ['row 1: column “a” must be text, a number, true, false or null', 'debe ser texto, un número'],
    ['row 1: must be an object of columns and values', 'debe ser un objeto'],
    ['row 1: the column “a” is there twice', 'aparece dos veces'],
    ['a column has no name', 'Hay una columna sin nombre.'],
    ['the column “a{” has a name with characters that are not allowed', 'El nombre de la columna “a{”'],
    ['the column “a…” has a name of over 100 characters', 'más de 100 caracteres'],
    ['there are more than 1000 rows', 'Hay más de 1000 filas.'],
    ['must hold at most 1000 rows', 'Hay más de 1000 filas.'],
    ['there are no rows below the line with the column names', 'No hay filas debajo'],
    ['there are 51 columns; 50 are allowed', 'se permiten 50'],
    ['line 1 has too many values; 50 columns are allowed', 'se permiten 50'],
    ['a quote is opened and never closed (at line 3)', 'no se cierran (en la línea 3)'],
    ['line 2 has a quote in the middle of a value; put the whole', 'La línea 2 tiene comillas en medio'],
    ['line 2 has text behind a closing quote; quotes inside', 'La línea 2 tiene texto detrás'],
    ['line 2 is not valid CSV', 'La línea 2 no es CSV válido.'],
    ['line 2 must be well-formed Unicode (it holds a lone surrogate)', 'La línea 2 no es CSV válido.'],
    ['no column is called {{a}}; there are b, c', 'Ninguna columna se llama {{a}}. Hay: b, c.'],
    ['row 1: title must not be empty (from {{city}})', 'Título: Rellena este campo (de {{city}})'],
    ['must not be empty', 'Rellena este campo'],
  ])('is said in Spanish: %s', (message, words) => {
    const error = new ApiError('validation_failed', 400, 'English', [{ path: 'body.csv', message }]);
    const [problem] = rowProblems(error, t) ?? [];
    expect(problem?.text).toContain(words);
    expect(problem?.row !== undefined).toBe(message.startsWith('row '));
  });
});
