import type { Config } from '#config';
import { auditRoutes, createAudit, createAuditRepository } from '#features/audit';
import { batchRoutes, createBatchRepository, createBatchService } from '#features/batches';
import { budgetRoutes } from '#features/budgets';
import { contentRoutes, createContentRepository, createContentService, createEraseRepository } from '#features/content';
import { generationRoutes, startLive } from '#features/generations';
import { healthRoutes } from '#features/health';
import { createIdempotencyKeys } from '#features/idempotency';
import { createDispatch } from '#features/lines';
import { mediaRoutes } from '#features/media';
import { createPortability, createPortabilityRepository, portabilityRoutes } from '#features/portability';
import {
  createCircuitRepository,
  createOverviewRepository,
  createProviderOverview,
  limitedProviders,
  providerRoutes,
} from '#features/providers';
import { createVersionRepository, createVersionService, versionRoutes } from '#features/versions';
import { pingDatabase } from '#platform/db';
import type { Logger } from '#platform/log';
import { createQueue } from '#platform/queue';
import { createSharedCounters, limitRequests } from '#platform/rate-limit';
import { createBus } from '#platform/realtime';
import { createSocketServer, type SocketServer } from '#platform/sockets';
import { createApp, serveStudio } from '#platform/web';
import { createAccounts } from './accounts.ts';
import { connect } from './connect.ts';
import { createGenerations } from './generations.ts';
import { createMedia } from './media.ts';
import { createProvidersHere } from './providers.ts';
import { StartupError } from './startup.ts';

export interface Running {
  /** Where it can be reached; only the API has one. */
  url?: string;
  /** `atOnce`: what still runs is handed back without being given time to finish. */
  stop(options?: { atOnce: boolean }): Promise<void>;
}

/** HTTP, SSE, sockets and the studio. */
export async function startApi(config: Config, log: Logger, version: string): Promise<Running> {
  const { db, connection } = await connect(config, log);
  const bus = await createBus(connection, log);
  const queue = createQueue(connection, log);
  // The API asks which providers there are, and whether a key is good; it has nothing made.
  const sandboxUrl = config.sandbox.url ?? 'http://sandbox.invalid';
  const { providers, circuits, ...providersHere } = await createProvidersHere({ config, db, bus, log, sandboxUrl });

  const { corsOrigins, trustProxy, hsts } = config;
  const app = await createApp({ log, corsOrigins, trustProxy, hsts, version });
  const counters = createSharedCounters(db, config.redisUrl);
  const auditRepository = createAuditRepository(db);
  const audit = createAudit({ repository: auditRepository, log });
  limitRequests(app, {
    counters,
    ...config.limits,
    trustsProxy: trustProxy !== false,
    log,
    onLoginsUsedUp: () => audit({ action: 'login.refused', actorId: null, subjectId: null }),
  });
  const accounts = await createAccounts({
    config,
    db,
    bus,
    log,
    audit,
    cancelGeneration: (userId, id) => generations.cancel(userId, id),
    removeJobs: queue.remove,
    providerKeysChanged: providersHere.storedKeys.changed,
    tryProviderKey: providers.tryKey,
  });
  const { authenticate } = accounts;
  const limits = limitedProviders(config);
  const contentRepository = createContentRepository(db);
  const media = await createMedia(config, db);
  const { generations, repository, budgets } = createGenerations({
    config,
    db,
    audit,
    bus,
    providers,
    circuits,
    dispatch: createDispatch({ queue, bus, isLimited: (provider) => limits.has(provider) }),
    media,
    assertMayGenerate: accounts.assertMayGenerate,
  });
  const contents = createContentService({
    repository: contentRepository,
    eraseRepository: createEraseRepository(db),
    viewImages: media.views,
    cancelGeneration: generations.cancel,
  });
  const batches = createBatchService({
    repository: createBatchRepository(db),
    keys: createIdempotencyKeys(db),
    estimate: budgets.estimate,
    cancelGeneration: generations.cancel,
    images: media,
    announce: (batchId) => bus.publish({ topic: 'batch', batchId }),
  });

  const versions = createVersionService({
    repository: createVersionRepository(db),
    getContent: contents.get,
    viewImages: media.views,
  });

  accounts.addRoutes(app);
  auditRoutes(app, { repository: auditRepository, audit, authenticateAdmin: accounts.authenticateAdmin });
  providerRoutes(app, {
    overview: createProviderOverview({
      providers,
      circuits: createCircuitRepository(db),
      repository: createOverviewRepository(db),
      limits: config.providerLimits,
      failuresToOpen: config.breaker.failures,
    }),
    authenticateAdmin: accounts.authenticateAdmin,
  });
  generationRoutes(app, { generations, authenticate, watch: accounts.watch });
  contentRoutes(app, { contents, authenticate });
  batchRoutes(app, { batches, authenticate });
  await mediaRoutes(app, { media, authenticate, uploadMaxBytes: config.media.uploadMaxBytes });
  versionRoutes(app, { versions, authenticate });
  budgetRoutes(app, { budgets, ...accounts });
  await portabilityRoutes(app, {
    portability: createPortability({
      repository: createPortabilityRepository(db),
      audit,
      media,
      dataFolder: config.dataFolder,
      importMaxBytes: config.accounts.importMaxBytes,
    }),
    authenticatePerson: accounts.authenticatePerson,
    importMaxBytes: config.accounts.importMaxBytes,
  });
  healthRoutes(app, {
    version,
    authenticate,
    providers,
    circuits,
    queueBackend: queue.backend,
    pingDatabase: () => pingDatabase(db),
    pingQueue: () => Promise.all([queue.ping(), bus.ping()]).then(() => undefined),
  });
  let sockets: SocketServer | undefined;
  app.addHook('preClose', async () => sockets?.close());
  await serveStudio(app, config.webFolder);

  await app.ready();
  sockets = createSocketServer({
    httpServer: app.server,
    identify: accounts.identify,
    watch: accounts.watch,
    corsOrigins: config.corsOrigins,
  });
  const stopLive = startLive({ bus, sockets, repository, log });
  async function stop(): Promise<void> {
    // Requests get a moment to finish. Sockets that never sent one (browsers open some ahead) would wait for ever.
    const force = setTimeout(() => app.server.closeAllConnections(), 2000);
    await app.close();
    clearTimeout(force);
    stopLive();
    counters.close();
    await accounts.close();
    await Promise.all([queue.close(), bus.close(), providersHere.close()]);
    await db.destroy();
  }

  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await stop();
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartupError(
      code === 'EADDRINUSE'
        ? `Port ${config.port} on ${config.host} is taken by another program. Stop it, or choose another port: PORT=3001 npm start`
        : `Cannot listen on ${config.host}:${config.port} (${code}). Check HOST and PORT.`,
    );
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host) ? 'localhost' : config.host;
  return { url: `http://${host}:${port}`, stop };
}
