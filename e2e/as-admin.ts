import type { OutboxView, Session, Success } from '@octavo/contracts';
import { expect } from '@playwright/test';
import { admin } from './server.ts';

const tokens = new Map<string, string>();

/** Asks a server in the name of its first account. */
export async function asAdmin<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  let token = tokens.get(url);
  if (token === undefined) {
    token = (await send<Session>(`${url}/api/auth/login`, 'POST', admin)).access_token;
    tokens.set(url, token);
  }
  return send(`${url}${path}`, method, body, { authorization: `Bearer ${token}` });
}

async function send<T>(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${await response.text()}`);
  return ((await response.json()) as Success<T>).data;
}

/** The texts that a server without mail has kept for an address, newest first, once there are as many as `count`. */
export async function messagesTo(url: string, address: string, count = 1): Promise<string[]> {
  let found: string[] = [];
  await expect
    .poll(async () => {
      const { messages } = await asAdmin<OutboxView>(url, 'GET', '/api/admin/outbox');
      found = messages.filter(({ to }) => to === address).map(({ text }) => text);
      return found.length;
    })
    .toBeGreaterThanOrEqual(count);
  return found;
}

/** The six digits of the newest message. */
export async function codeTo(url: string, address: string, count = 1): Promise<string> {
  const [text = ''] = await messagesTo(url, address, count);
  return /\d{6}/.exec(text)?.[0] ?? '';
}
