import type { Config } from '#config';
import { loadSecrets } from '#platform/crypto';
import type { Logger } from '#platform/log';
import { PostgresError, startEmbeddedPostgres } from '#platform/postgres';
import { superviseChildren } from '../supervisor/index.ts';
import type { Running } from './api.ts';
import { migrate } from './migrate.ts';
import { StartupError } from './startup.ts';

/** Everything on one machine: PostgreSQL (unless DATABASE_URL names another), migrations, one api, one worker. */
export async function startAll(config: Config, log: Logger): Promise<Running> {
  const { databasePassword } = loadSecrets(config.dataFolder);
  const postgres = config.databaseUrl === undefined ? await startPostgres(config, databasePassword, log) : undefined;
  const databaseUrl = config.databaseUrl ?? postgres?.connectionString;
  if (databaseUrl === undefined) throw new StartupError('no database');

  try {
    await migrate({ ...config, databaseUrl }, log);
    const env = { DATABASE_URL: databaseUrl };
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

async function startPostgres(config: Config, password: string, log: Logger) {
  try {
    return await startEmbeddedPostgres({ dataFolder: config.dataFolder, password, log });
  } catch (error) {
    if (error instanceof PostgresError) throw new StartupError(error.message);
    throw error;
  }
}
