import { expect, it } from 'vitest';
import { literalsIn, problemsOf } from './lint-regexes.mjs';

const code = `const a: string = 'x'.replace(/a+$/gu, ''); // /not one/
const b = <p title="/nor this/">{/b/.test(a)}</p>;`;

it('sees every pattern in the code, and nothing else', () => {
  expect(literalsIn('a.tsx', code).map(({ text }) => text)).toEqual(['/a+$/gu', '/b/']);
});

it('names what nobody has looked at, and what is gone', () => {
  const literals = literalsIn('a.tsx', code);
  expect(problemsOf(literals, { safe: ['/a+$/gu'], judged: { '/b/': 'one letter' } })).toEqual([]);
  const problems = problemsOf(literals, { safe: ['/a+$/gu', '/c/'], judged: {} });
  expect(problems).toEqual([expect.stringContaining('a.tsx: /b/ has not been'), expect.stringContaining('/c/')]);
});
