import { defineConfig } from 'vitest/config';

/** The attack suite: `npm run test:attacks`. What it needs besides the tests of `npm test` is a browser. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['attacks/**/*.test.ts'],
    globalSetup: ['apps/server/src/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Far more than any of them needs: the machine may do other things as well.
    testTimeout: 600_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    retry: 0,
  },
});
