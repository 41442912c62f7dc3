import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../server/sandbox.ts';
import { startSandbox } from '../server/start-sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const parameters = [{ type: 'text', text: '123456' }];
const message = {
  messaging_product: 'whatsapp',
  to: '34600111222',
  type: 'template',
  template: {
    name: 'octavo_code',
    language: { code: 'es' },
    components: [
      { type: 'body', parameters },
      { type: 'button', sub_type: 'url', index: '0', parameters },
    ],
  },
};

async function send(body: unknown, token = 'some-token') {
  const response = await fetch(`${sandbox.url}/v23.0/555/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('takes a message as the Cloud API does, and keeps it', async () => {
  const answer = await send(message);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ wa_id: '34600111222' }],
      messages: [{ id: expect.any(String) }],
    },
  });
  expect(sandbox.messages).toEqual([{ to: '34600111222', template: 'octavo_code', language: 'es', code: '123456' }]);
});

it('tells of a phone number to whoever it belongs to', async () => {
  const read = async (id: string, token: string) => {
    const response = await fetch(`${sandbox.url}/v23.0/${id}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect(await read('555', 'some-token')).toMatchObject({ status: 200, body: { id: '555' } });
  expect(await read('555', 'bad-key')).toMatchObject({ status: 401, body: { error: { code: 190 } } });
  expect(await read('5550000', 'some-token')).toMatchObject({ status: 400, body: { error: { code: 100 } } });
});

it('refuses what the Cloud API refuses', async () => {
  const { template, ...rest } = message;
  const noButton = { ...message, template: { ...template, components: template.components.slice(0, 1) } };
  for (const [body, token, status, code] of [
    [message, 'bad-key', 401, 190],
    [rest, 'some-token', 400, 100],
    [noButton, 'some-token', 400, 100],
    [{ ...message, to: '34600110000' }, 'some-token', 400, 131_026],
    [null, 'some-token', 400, 100],
  ] as const) {
    expect(await send(body, token)).toMatchObject({ status, body: { error: { code } } });
  }
  expect(sandbox.messages).toHaveLength(1);
});
