import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { startRedis } from '../apps/server/src/testing/redis.ts';
import { benchAccept } from './accept.ts';
import { benchAccounts } from './accounts.ts';
import { benchBatch } from './batch.ts';
import { benchFreshClone } from './fresh-clone.ts';
import { benchImages } from './images.ts';
import { benchLatency } from './latency.ts';
import { benchLedger } from './ledger.ts';
import { type Figure, printTable } from './lib/figures.ts';
import { benchThroughput } from './throughput.ts';

/**
 * `npm run bench [name …]`: figures as ratios against a bare baseline in the same run, because the machine itself is
 * fast one minute and slow the next. Printed, and kept as JSON in bench/results/.
 */
const hasRedis = await startRedis().then(async (redis) => (await redis?.stop(), redis !== undefined));
const benches: Record<string, () => Promise<Figure[]>> = {
  accept: benchAccept,
  accounts: benchAccounts,
  'latency-postgres': () => benchLatency('postgres'),
  'throughput-postgres': () => benchThroughput('postgres', 10_000),
  batch: () => benchBatch(1000),
  ledger: () => benchLedger(2000),
  images: () => benchImages(40),
  ...(hasRedis && {
    'latency-redis': () => benchLatency('redis'),
    'throughput-redis': () => benchThroughput('redis', 10_000),
  }),
  'fresh-clone': benchFreshClone,
};

const chosen = process.argv.slice(2);
const figures: Figure[] = [];
for (const [name, run] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await run()));
}
printTable(figures);
const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? '' };
const file = resolve(
  import.meta.dirname,
  `results/${new Date().toISOString().slice(0, 10)}${chosen.length > 0 ? `-${chosen.join('-')}` : ''}.json`,
);
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2)}\n`);
console.error(`kept in ${file}`);
process.exit(0);
