import {
  contentTypeNames,
  healthView,
  type ProviderState,
  type ProvidersView,
  providersView,
  type ReadyView,
  readyView,
  success,
} from '@octavo/contracts';
import type { Providers } from '@octavo/providers';
import type { Circuits } from '#features/providers';
import { z } from 'zod';
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';

export interface HealthDeps {
  version: string;
  authenticate: Authenticate;
  providers: Pick<Providers, 'list' | 'defaultFor'>;
  circuits: Pick<Circuits, 'refresh' | 'view'>;
  queueBackend: ReadyView['queue']['backend'];
  /** Each rejects when the part does not answer. */
  pingDatabase: () => Promise<void>;
  pingQueue: () => Promise<void>;
}

const pingLimitMs = 3000;

/** The envelope, but also for the answer "no": its details are what the operator needs. */
const readyAnswer = (description: string) =>
  success(readyView, description).extend({ success: z.boolean() }).describe(description);

/** `health` says that the process lives; `ready` whether it can do its work. Neither needs a token. */
export function healthRoutes(app: App, deps: HealthDeps): void {
  const tags = ['Health'];

  app.get(
    '/api/health',
    {
      schema: {
        tags,
        summary: 'Is the process alive',
        description: 'Answers without asking the database or anything else.',
        response: { 200: success(healthView, 'It is.') },
      },
    },
    () =>
      succeed({ status: 'ok' as const, version: deps.version, uptimeSeconds: Math.floor(process.uptime()) }, 'Alive'),
  );

  app.get(
    '/api/ready',
    {
      schema: {
        tags,
        summary: 'Can it do its work',
        description:
          'Asks the database and the queue, and says which providers can write. `degraded` means that requests are accepted, but no provider is available right now, or one that is set up fails and is left alone.',
        response: {
          200: readyAnswer('Database and queue answer.'),
          503: readyAnswer('Database or queue does not answer; `data` says which.'),
        },
      },
    },
    async (_request, reply) => {
      const [database, queue, providers] = await Promise.all([
        check(deps.pingDatabase),
        check(deps.pingQueue),
        listProviders(deps),
      ]);
      const works = database.ok && queue.ok;
      const canWrite = providers.some(({ available }) => available);
      const fails = providers.some(({ circuit }) => circuit && circuit.state !== 'paused');
      const status = !works ? 'unavailable' : canWrite && !fails ? 'ready' : 'degraded';
      const statusCode = works ? 200 : 503;
      const view: ReadyView = {
        status,
        database,
        queue: { ...queue, backend: deps.queueBackend },
        providers: providers.map(({ name, available, circuit }) => ({ name, available, ...(circuit && { circuit }) })),
      };
      return reply.code(statusCode).send({ ...succeed(view, status, statusCode), success: works });
    },
  );

  app.get(
    '/api/providers',
    {
      onRequest: deps.authenticate,
      schema: {
        tags: ['Generations'],
        security: [{ bearer: [] }],
        summary: 'List providers',
        description:
          'Each provider with its models, whether it can be asked right now and why not, and which one each content type uses when a request names none.',
        response: { 200: success(providersView, 'The providers, and the defaults of the content types.') },
      },
    },
    async () => {
      const defaults = Object.fromEntries(contentTypeNames.map((type) => [type, deps.providers.defaultFor(type)]));
      const view = { providers: await listProviders(deps), defaults } as ProvidersView;
      return succeed(view, 'Providers retrieved successfully');
    },
  );
}

/** The providers, and of each that is left alone for a while, why and how long. */
async function listProviders({ providers, circuits }: HealthDeps): Promise<ProviderState[]> {
  // Without the database, with what was known last; that it is away is told elsewhere.
  await check(circuits.refresh);
  return providers.list().map((state) => {
    const circuit = state.available ? circuits.view(state.name) : undefined;
    return circuit ? { ...state, circuit } : state;
  });
}

/** The detail is for the operator's eyes and names no address. */
async function check(ping: () => Promise<void>): Promise<{ ok: boolean; detail: string }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), pingLimitMs);
  });
  try {
    const startedAt = performance.now();
    await Promise.race([ping(), tooLate]);
    return { ok: true, detail: `answered in ${Math.ceil(performance.now() - startedAt)} ms` };
  } catch {
    return { ok: false, detail: 'does not answer' };
  } finally {
    clearTimeout(timer);
  }
}
