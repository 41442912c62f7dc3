import { setTimeout as sleep } from 'node:timers/promises';
import { createPrices } from '@octavo/providers';
import { startSandbox } from '@octavo/sandbox';
import type { Config } from '#config';
import { createAudit, createAuditRepository } from '#features/audit';
import { createFeeder, createFeedRepository } from '#features/batches';
import { createMoneySweeper } from '#features/budgets';
import {
  createClaimRepository,
  createDispatch,
  createLineRepository,
  createSweeper,
  createSweepRepository,
  runJob,
  startLines,
} from '#features/lines';
import { startMediaSweep } from '#features/media';
import { createCircuitRepository, limitedProviders, prepareCircuits } from '#features/providers';
import { createActiveRuns, createRunHandler, createRunLog, createRunRepository, runTurn } from '#features/runs';
import type { Logger } from '#platform/log';
import { createQueue, createWorker } from '#platform/queue';
import { createBus } from '#platform/realtime';
import { createSafeFetch } from '#platform/safe-fetch';
import type { Running } from './api.ts';
import { connect } from './connect.ts';
import { createGenerations } from './generations.ts';
import { createAssertMayGenerate } from './may-generate.ts';
import { createMedia } from './media.ts';
import { createProvidersHere } from './providers.ts';

const fetchImageTimeoutMs = 60_000;

/** How long running takes may go on after the signal to stop; then they are handed back. */
const finishWithinMs = 4000;

/** Takes jobs from the queue and lets providers write. */
export async function startWorker(config: Config, log: Logger): Promise<Running> {
  const { db, connection } = await connect(config, log);
  const bus = await createBus(connection, log);
  const queue = createQueue(connection, log);
  const sandbox =
    config.sandbox.url === undefined
      ? await startSandbox({ tokensPerSecond: config.sandbox.tokensPerSecond })
      : { url: config.sandbox.url, close: () => Promise.resolve() };
  const safeFetch = createSafeFetch({ allowPrivate: config.media.allowPrivateUrls });
  const { providers, circuits, ...providersHere } = await createProvidersHere({
    config,
    db,
    bus,
    log,
    sandboxUrl: sandbox.url,
    fetchImage: async (url, options) =>
      (await safeFetch(url, { ...options, accept: 'image/*', timeoutMs: fetchImageTimeoutMs })).bytes,
  });

  const media = await createMedia(config, db);
  const limits = limitedProviders(config);
  const limited = [...limits.keys()];
  const claims = createClaimRepository(db, { limited });
  const repository = createRunRepository(db);
  const { leaseMs, maxFailures, backoffMs, sweepIntervalMs } = config.generation;
  const activeRuns = createActiveRuns({ repository, bus, log, leaseMs });
  const runLog = createRunLog({ repository, bus, log });
  const circuitRepository = createCircuitRepository(db);
  await prepareCircuits(circuitRepository);
  const runDeps = {
    claims,
    repository,
    providers,
    prices: createPrices(config.prices),
    images: media,
    circuits,
    dispatch: createDispatch({ queue, bus, isLimited: (provider) => limits.has(provider) }),
    runLog,
    activeRuns,
    log,
    leaseMs,
    maxFailures,
    backoffMs,
  };
  const worker = createWorker({
    connection,
    jobs: [runJob as never],
    handlers: [createRunHandler(runDeps)],
    concurrency: config.workerConcurrency,
    log,
  });
  const sweeper = createSweeper({
    repository: createSweepRepository(db, { limited }),
    queue,
    bus,
    log,
    intervalMs: sweepIntervalMs,
  });
  const { generations, costs } = createGenerations({
    config,
    db,
    bus,
    providers,
    circuits,
    dispatch: runDeps.dispatch,
    media,
    audit: createAudit({ repository: createAuditRepository(db), log }),
    assertMayGenerate: await createAssertMayGenerate(config, db),
  });
  const feeder = createFeeder({
    repository: createFeedRepository(db),
    generations,
    bus,
    log,
    window: config.batchWindow,
  });
  const mediaSweep = startMediaSweep({ media, log });
  const moneySweeper = createMoneySweeper({
    costs,
    log,
    unknownAfterMs: config.unknownCostAfterMs,
    intervalMs: 60_000,
  });
  await worker.ready();
  const lines = startLines(limits, {
    ...runDeps,
    run: (generation, provider) => runTurn(runDeps, generation, provider),
    lines: createLineRepository(db, circuitRepository, claims),
    bus,
    capacity: config.workerConcurrency,
  });
  log.info(
    { concurrency: config.workerConcurrency, queue: config.redisUrl ? 'redis' : 'postgres' },
    'worker takes work',
  );

  return {
    async stop({ atOnce } = { atOnce: false }) {
      const fed = feeder.close();
      const drained = Promise.all([worker.close(), lines.close()]);
      await Promise.race([drained, sleep(atOnce ? 0 : finishWithinMs)]);
      activeRuns.handBack();
      await Promise.all([fed, drained, sweeper.close(), mediaSweep.close(), moneySweeper.close()]);
      activeRuns.close();
      await Promise.all([queue.close(), bus.close(), providersHere.close(), sandbox.close()]);
      await db.destroy();
    },
  };
}
