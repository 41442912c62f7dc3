import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { type Config, ConfigError, readConfig } from '#config';
import { SecretsError } from '#platform/crypto';
import { createLog, createChildOutput, type Logger } from '#platform/log';
import type { Running } from './roles/api.ts';
import { StartupError } from './roles/startup.ts';
import { ChildFailed, onParentGone } from './supervisor/index.ts';

/** The program: `all | api | worker | migrate | model | rotate-keys | rotate-master-key`. Each role is loaded only when it is asked for. */

const roles: Record<string, (config: Config, log: Logger) => Promise<Running | void>> = {
  all: async (config, log) => (await import('./roles/all.ts')).startAll(config, log),
  api: async (config, log) => (await import('./roles/api.ts')).startApi(config, log, version),
  worker: async (config, log) => (await import('./roles/worker.ts')).startWorker(config, log),
  migrate: async (config, log) => (await import('./roles/migrate.ts')).migrateAndTell(config, log),
  'rotate-keys': async (config) => (await import('./roles/rotate-keys.ts')).rotateKeys(config, process.argv[3]),
  'rotate-master-key': async (config, log) => (await import('./roles/rotate-keys.ts')).rotateMasterKey(config, log),
  model: async (config) => (await import('./roles/model.ts')).downloadModels(config, process.argv[3]),
};

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

const parent = process.ppid;
const isAlone = (): boolean => process.ppid !== parent;

/** A stop that takes longer is cut off. */
const stopWithinMs = 9500;
/** The same for a process that was left alone: what it needs may be gone as well. */
const leaveWithinMs = 2000;

async function main(name = ''): Promise<void> {
  const role = roles[name];
  if (!role) {
    const problem = name === '' ? 'Which role?' : `There is no role "${name}".`;
    throw new StartupError(`${problem} Choose one of: ${Object.keys(roles).join(', ')}.`);
  }
  const config = readConfig();
  // The role `all` has what it needs in its own hands; the others may lose their database together with their parent.
  const isChild = name !== 'all' && process.send !== undefined;
  const log = createLog(config.logLevel, name, isChild ? createChildOutput({ isAlone }) : undefined);

  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });

  let stopping = false;
  let started: Promise<Running | void> | undefined;
  const stop = (options: { atOnce: boolean }): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), options.atOnce ? leaveWithinMs : stopWithinMs).unref();
    Promise.resolve(started)
      .then((running) => running?.stop(options))
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => stop({ atOnce: false }));
  process.on('SIGINT', () => stop({ atOnce: false }));
  // Without a terminal there is none to hang up: under nohup the signal is to be ignored (Node forgets that it was).
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
  process.on('SIGHUP', () => hasTerminal && stop({ atOnce: false }));
  onParentGone(() => {
    console.error(`octavo: the process that started the ${name} is gone; the ${name} stops.`);
    stop({ atOnce: isChild });
  });

  started = role(config, log);
  const running = await started;
  if (!running) process.exit(0);
  // Who started us may wait for this; alone on a terminal it is the line that says where to go.
  process.send?.({ type: 'ready', url: running.url });
  if (!process.send || name === 'all') {
    console.log(running.url ? `Octavo is ready at ${running.url}` : `Octavo ${name} is ready`);
  }
}

main(process.argv[2]).catch((error: unknown) => {
  // A child that could not start has said why already.
  if (error instanceof ChildFailed) process.exit(1);
  const isOperators = error instanceof StartupError || error instanceof ConfigError || error instanceof SecretsError;
  console.error(isOperators ? `octavo: ${error.message}` : error);
  process.exit(1);
});
