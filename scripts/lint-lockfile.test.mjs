import { expect, it } from 'vitest';
import { problemsOf } from './lint-lockfile.mjs';

const good = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { a: '1.0.0' } },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' },
    'node_modules/b-win32': { version: '1.0.0', optional: true, os: ['win32'] },
    'node_modules/@octavo/c': { resolved: 'packages/c', link: true },
  },
};
const npmrc = 'ignore-scripts=true\n';
const changed = (path, change) => ({
  ...good,
  packages: { ...good.packages, [path]: { ...good.packages[path], ...change } },
});

it('has nothing to say of a good lockfile', () => expect(problemsOf(good, npmrc)).toEqual([]));

it.each([
  ['an address', changed('node_modules/a', { resolved: 'https://registry.example/a.tgz' })],
  [
    'a package of one platform with an address',
    changed('node_modules/b-win32', { resolved: 'https://registry.example/b.tgz' }),
  ],
  ['no hash', changed('node_modules/a', { integrity: undefined })],
  ['a weak hash', changed('node_modules/a', { integrity: 'sha1-x' })],
  ['a repository instead of a version', changed('node_modules/a', { version: 'git+ssh://git@example.org/a.git' })],
  ['a link out of the tree', changed('node_modules/@octavo/c', { resolved: '../../elsewhere' })],
  ['a range', changed('', { dependencies: { a: '^1.0.0' } })],
])('refuses %s', (_name, lockfile) => expect(problemsOf(lockfile, npmrc)).not.toEqual([]));

it('refuses install scripts', () => expect(problemsOf(good, '')).toHaveLength(1));
