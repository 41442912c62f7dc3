import { createHash } from 'node:crypto';
import { Secret } from 'otpauth';

/** How a secret may be written down depends on what it is: whatever can be guessed must not lie about as a bare hash either. */
export type SecretKind = 'token' | 'password' | 'code' | 'seed';

/** The lines of a text that hold a secret, as it is or as it may be written down (JSON, addresses, base64, hex, bare hashes). */
export function findSecret(text: string, kind: SecretKind, secret: string): string[] {
  return formsOf(kind, secret).flatMap((form) => linesWith(text, form));
}

function formsOf(kind: SecretKind, secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  if (kind !== 'code') forms.add(bytes.toString('base64').replace(/=+$/, '')).add(bytes.toString('hex'));
  if (kind === 'seed') forms.add(Buffer.from(Secret.fromBase32(secret).bytes).toString('hex'));
  if (kind === 'code' || kind === 'password') {
    for (const written of [secret, secret.replace('-', '')]) {
      for (const form of ['hex', 'base64'] as const) forms.add(createHash('sha256').update(written).digest(form));
    }
  }
  return [...forms];
}

/** Six digits count where they stand alone in words; they are nothing as a number, or as a part of a time. */
function linesWith(text: string, form: string): string[] {
  if (!text.includes(form)) return [];
  const lines = text.split('\n').filter((line) => line.includes(form));
  if (!/^\d{6}$/.test(form)) return lines;
  const alone = new RegExp(`(?<![\\w.-]|":)${form}(?![\\w-])`);
  return lines.filter((line) => alone.test(line.replaceAll(/\d{4}-\d\d-\d\d[ T][\d:.]+/g, '')));
}

/** Every row of every table that a database has, one a line: the name of the table, and the row as JSON. */
export async function dumpTables(query: (sql: string) => Promise<unknown[]>): Promise<string> {
  const tables = (await query(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )) as Array<{ name: string }>;
  if (tables.length < 20) throw new Error(`only ${tables.length} tables could be read`);
  let text = '';
  for (const { name } of tables) {
    const rows = (await query(`SELECT row_to_json(t)::text AS row FROM ${name} AS t`)) as Array<{ row: string }>;
    text += rows.map(({ row }) => `${name} ${row}\n`).join('');
  }
  return text;
}
