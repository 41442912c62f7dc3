import { runFaults } from './run-faults.ts';

/** `npm run test:faults`: the long form; the short one runs inside `npm test`. */
let isGood = true;
for (const backend of ['postgres', 'redis'] as const) {
  console.log(
    `\n${backend}: 1,000 jobs, 20 kills, 3 restarts of PostgreSQL${backend === 'redis' ? ', 1 flush of Redis' : ''}`,
  );
  const startedAt = performance.now();
  const verdict = await runFaults(
    { backend, jobs: 1000, kills: 20, databaseRestarts: 3, redisFlushes: backend === 'redis' ? 1 : 0, watched: 60 },
    (line) => console.log(`  ${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${line}`),
  );
  const { faults, ...counts } = verdict;
  console.log(counts);
  for (const fault of faults.slice(0, 50)) console.log(`  FAULT ${fault}`);
  isGood &&= faults.length === 0;
}
console.log(
  isGood ? '\nEvery job ended once, every word was kept, every reader saw the same text.' : '\nThere were faults.',
);
process.exit(isGood ? 0 : 1);
