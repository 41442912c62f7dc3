import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createLog } from '#platform/log';
import { startEmbeddedPostgres } from '#platform/postgres';
import { readConfig } from '../config.ts';
import { migrate } from '../roles/migrate.ts';
import { startRedis } from './redis.ts';
import { templateDatabase, withDatabase } from './with-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The embedded PostgreSQL all tests share; each test file makes its own database in it. */
    serverUrl: string;
    /** Undefined when there is no Redis on this machine. */
    redisUrl: string | undefined;
  }
}

/** One real PostgreSQL and, where there is one, one real Redis for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-test-'));
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    password: 'only-for-tests-0123456789',
    // Several servers, each of several processes, are tested at the same time.
    maxConnections: 400,
  });
  await makeTemplate(postgres.connectionString);
  const redis = await startRedis();
  if (!redis) {
    console.warn('\n*** No redis-server on the PATH and no REDIS_URL: every test on Redis is SKIPPED. ***\n');
  }
  project.provide('serverUrl', postgres.connectionString);
  project.provide('redisUrl', redis?.url);
  return async () => {
    await redis?.stop();
    await postgres.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  };
}

/** A migrated database that each test's own is copied from, which takes a tenth of the time of migrating. */
async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`);
  await client.end();
  const config = readConfig({ DATABASE_URL: withDatabase(serverUrl, templateDatabase) });
  await migrate(config, createLog('warn', 'test'));
}
