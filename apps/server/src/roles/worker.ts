import { setTimeout as sleep } from 'node:timers/promises';
import { createProviders } from '@octavo/providers';
import { startSandbox } from '@octavo/sandbox';
import type { Config } from '#config';
import {
  createActiveRuns,
  createDispatch,
  createLineRepository,
  createRunHandler,
  createRunLog,
  createRunRepository,
  createSweeper,
  createSweepRepository,
  runJob,
  startLines,
} from '#features/generations';
import { createCircuitRepository, createCircuits, limitedProviders, prepareCircuits } from '#features/providers';
import type { Logger } from '#platform/log';
import { createQueue, createWorker } from '#platform/queue';
import { createBus } from '#platform/realtime';
import type { Running } from './api.ts';
import { connect } from './connect.ts';

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
  const providers = createProviders({ ...config.providers, sandbox: { baseUrl: sandbox.url } });
  await providers.ready();

  const limits = limitedProviders(config);
  const limited = [...limits.keys()];
  const repository = createRunRepository(db, { limited });
  const { leaseMs, maxFailures, backoffMs, sweepIntervalMs } = config.generation;
  const activeRuns = createActiveRuns({ repository, bus, log, leaseMs });
  const runLog = createRunLog({ repository, bus, log });
  const circuitRepository = createCircuitRepository(db);
  await prepareCircuits(circuitRepository);
  const runDeps = {
    repository,
    providers,
    circuits: createCircuits({ repository: circuitRepository, bus, log, breaker: config.breaker }),
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
  await worker.ready();
  const lines = startLines(limits, {
    ...runDeps,
    lines: createLineRepository(db, circuitRepository, repository),
    bus,
    capacity: config.workerConcurrency,
  });

  return {
    async stop() {
      const drained = Promise.all([worker.close(), lines.close()]);
      await Promise.race([drained, sleep(finishWithinMs)]);
      activeRuns.handBack();
      await Promise.all([drained, sweeper.close()]);
      activeRuns.close();
      runDeps.circuits.close();
      await Promise.all([queue.close(), bus.close(), providers.close(), sandbox.close()]);
      await db.destroy();
    },
  };
}
