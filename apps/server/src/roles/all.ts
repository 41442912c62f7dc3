import type { Config } from '#config';
import type { Logger } from '#platform/log';
import { superviseChildren } from '../supervisor/index.ts';
import type { Running } from './api.ts';
import { connect } from './connect.ts';
import { startOwnPostgres } from './keys/keys.ts';
import { migrate } from './migrate.ts';
import { ensureModel } from './model.ts';
import { assertRedis } from './startup.ts';

/** Everything on one machine: PostgreSQL (unless DATABASE_URL names another), migrations, one api, one worker. */
export async function startAll(config: Config, log: Logger): Promise<Running> {
  if (config.redisUrl !== undefined) await assertRedis(config.redisUrl);
  await ensureModel(config);
  const postgres = config.databaseUrl === undefined ? await keepPostgresRunning(config, log) : undefined;
  const databaseUrl = config.databaseUrl ?? postgres?.connectionString;

  try {
    await migrate({ ...config, databaseUrl }, log);
    // What the children would find wrong is said once, by their parent.
    const { db } = await connect({ ...config, databaseUrl }, log);
    await db.destroy();
    const env = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
    const children = superviseChildren({
      specs: [
        { name: 'api', args: ['api'], env },
        { name: 'worker', args: ['worker'], env },
      ],
      log,
      stopTimeoutMs: 7500,
    });
    const ready = await children.ready;
    return {
      ...(ready.url !== undefined && { url: ready.url }),
      async stop() {
        await children.stop();
        // Last: until here somebody may still have something to write.
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** The embedded server; one that dies is started again on the same data, at the same address. */
async function keepPostgresRunning(config: Config, log: Logger) {
  let stopping = false;
  let server = await startOwnPostgres(config, log);

  async function watch(): Promise<void> {
    for (;;) {
      await server.exited;
      if (stopping) return;
      log.error('PostgreSQL ended unexpectedly and is started again');
      server = await startOwnPostgres(config, log);
    }
  }
  watch().catch((error: unknown) => {
    log.fatal({ err: error }, 'PostgreSQL cannot be started again');
    process.kill(process.pid, 'SIGTERM');
  });

  return {
    connectionString: server.connectionString,
    async stop() {
      stopping = true;
      await server.stop();
    },
  };
}
