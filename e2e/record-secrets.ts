import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecretKind } from '../apps/server/src/testing/find-secrets.ts';

/**
 * Loaded by Node into the processes of a server under test, before the server: writes every secret that it is sent, answers
 * or is set up with into the file RECORD_SECRETS, for the search at its end (`secret-scan.ts`).
 */

/** By the names of fields, in what is sent and in what is answered. */
const kinds: Record<string, SecretKind> = {
  password: 'password',
  currentPassword: 'password',
  newPassword: 'password',
  code: 'code',
  recoveryCodes: 'code',
  secret: 'seed',
  token: 'token',
  access_token: 'token',
  refresh_token: 'token',
  invitation: 'token',
  accessToken: 'token',
  apiKey: 'token',
};

export interface RecordedSecret {
  name: string;
  kind: SecretKind;
  value: string;
}

const file = process.env['RECORD_SECRETS'] ?? '';

function record(name: string, kind: SecretKind, value: string): void {
  const isCode = /^\d{6}$|^[a-z\d]{5}-[a-z\d]{5}$/i.test(value);
  // Of the codes in answers most are names of errors; what is shorter than a password may be is nobody's password.
  if (kind === 'code' ? !isCode : value.length < 8) return;
  appendFileSync(file, `${JSON.stringify({ name, kind, value } satisfies RecordedSecret)}\n`, { mode: 0o600 });
}

function recordAll(where: string, body: unknown, name = ''): void {
  if (typeof body === 'string') {
    // A key of ours, whatever the field is called; its beginning is shown to tell one from another.
    const kind = body.startsWith('octavo_') && name !== 'prefix' ? 'token' : kinds[name];
    if (kind) record(`${name} of ${where}`, kind, body);
    // Messages that could not be sent.
    if (name !== 'text' && name !== 'link') return;
    for (const [code] of body.matchAll(/\b\d{6}\b/g)) record(`code in a message of ${where}`, 'code', code);
    const token = /#(?:token|invitation)=([\w-]+)/.exec(body)?.[1];
    if (token !== undefined) record(`link of ${where}`, 'token', token);
  } else if (Array.isArray(body)) {
    for (const one of body) recordAll(where, one, name);
  } else if (typeof body === 'object' && body !== null) {
    for (const [field, value] of Object.entries(body)) recordAll(where, value, field);
  }
}

function recordJson(where: string, body: string): void {
  if (!body.startsWith('{')) return;
  try {
    recordAll(where, JSON.parse(body));
  } catch {
    // Not JSON after all.
  }
}

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const where = `${request.method} ${request.url?.split('?')[0]}`;
  if (!where.includes(' /api/')) return;
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) record(`token of ${where}`, 'token', bearer);
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk) chunks.push(chunk);
    return push(chunk, encoding);
  };
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => {
    if (request.headers['content-type'] === 'application/json') recordJson(where, Buffer.concat(chunks).toString());
    if (typeof args[0] === 'string' || Buffer.isBuffer(args[0])) recordJson(where, args[0].toString());
    return end(...args);
  };
});

for (const [name, value = ''] of Object.entries(process.env)) {
  if (name === 'DATABASE_URL') {
    record(name, 'token', value);
    record('password of the database', 'token', decodeURIComponent(new URL(value).password));
  } else if (/_(KEY|PASSWORD|TOKEN)$/.test(name)) record(name, 'token', value);
}
