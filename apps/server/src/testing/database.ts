import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { templateDatabase, withDatabase } from './with-database.ts';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A migrated database of one's own on the server the whole run shares. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  return {
    url: withDatabase(serverUrl, name),
    drop: () => admin(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function admin(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  try {
    // Copies of one template wait for each other.
    await client.query('SELECT pg_advisory_lock(4711)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
