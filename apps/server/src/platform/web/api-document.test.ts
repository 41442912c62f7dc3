import {
  createContentBody,
  generateBody,
  loginBody,
  refreshBody,
  registerBody,
  updateContentBody,
} from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/server.ts';

interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters?: Array<{ name: string; in: string; description?: string }>;
  requestBody?: { content: { 'application/json': { example?: unknown } } };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, { schema: { $ref?: string } }> }
  >;
}

describe('the document of the API', () => {
  let server: TestServer;
  let text = '';
  let operations: Array<[string, Operation]> = [];
  const at = (name: string) => operations.find(([key]) => key === name)?.[1] as Operation;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    text = await (await fetch(`${server.url}/api/openapi.json`)).text();
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
  });
  afterAll(() => server.stop());

  it('says of every route what it is, what it promises, and every error it may answer with', () => {
    expect(operations.length).toBeGreaterThan(18);
    for (const [name, { summary, description, responses, security }] of operations) {
      expect([name, Boolean(summary), (description ?? '').length > 20]).toEqual([name, true, true]);
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      const statuses = errors.map(([status]) => status);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['500', '503', ...(security ? ['401'] : [])])]);
      for (const [status, { content }] of errors) {
        if (name === 'get /api/ready' && status === '503') continue;
        expect([name, status, content?.['application/problem+json']?.schema.$ref]).toEqual([
          name,
          status,
          '#/components/schemas/Problem',
        ]);
      }
    }
    expect(text).not.toContain('Default Response');
    expect(text).not.toContain('9007199254740991');
  });

  it.each([
    [
      'post /api/content/generate',
      ['202', '400', '401', '402', '403', '409', '413', '415', '422', '429', '500', '503'],
    ],
    ['put /api/content/{id}', ['200', '400', '401', '403', '404', '409', '413', '415', '429', '500', '503']],
    [
      'post /api/generations/{id}/cancel',
      ['200', '400', '401', '403', '404', '409', '413', '415', '429', '500', '503'],
    ],
    ['post /api/auth/login', ['200', '400', '401', '403', '413', '415', '429', '500', '503']],
    ['get /api/generations/{id}/events', ['200', '204', '400', '401', '403', '404', '429', '500', '503']],
  ])('%s', (name, statuses) => {
    expect(Object.keys(at(name).responses).toSorted()).toEqual(statuses);
  });

  it.each([
    ['post /api/auth/register', registerBody],
    ['post /api/auth/login', loginBody],
    ['post /api/auth/refresh', refreshBody],
    ['post /api/content', createContentBody],
    ['put /api/content/{id}', updateContentBody],
    ['post /api/content/generate', generateBody],
  ])('%s has an example that would be accepted', (name, schema) => {
    const example = at(name).requestBody?.content['application/json'].example as Record<string, unknown>;
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(Object.keys(example)).not.toContain('provider');
    expect(Object.keys(example)).not.toContain('delayMs');
  });

  it('has an example for every body', () => {
    for (const [name, { requestBody }] of operations) {
      if (requestBody)
        expect([name, requestBody.content['application/json'].example]).toEqual([name, expect.anything()]);
    }
  });

  it('explains repeated requests and streams that are taken up again', () => {
    const keyOf = ({ parameters }: Operation) => parameters?.find(({ name }) => name === 'idempotency-key');
    // Each of them is tried in features/idempotency.
    expect(operations.filter(([, operation]) => keyOf(operation)).map(([name]) => name)).toEqual([
      'post /api/content/generate',
      'post /api/content/{id}/regenerate',
      'post /api/generations/{id}/retry',
      'post /api/batches',
    ]);
    for (const [name, operation] of operations.filter(([, one]) => keyOf(one))) {
      expect([name, keyOf(operation)?.description]).toEqual([name, expect.stringMatching(/no other.+24 hours/)]);
      expect([name, operation.responses['202'] ?? operation.responses['201']]).toEqual([
        name,
        expect.objectContaining({ headers: expect.objectContaining({ 'idempotency-replayed': expect.anything() }) }),
      ]);
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['409'])]);
    }
    const events = at('get /api/generations/{id}/events');
    expect(events.parameters?.map(({ name }) => name)).toContain('last-event-id');
    expect(Object.keys(events.responses['200']?.content ?? {})).toEqual(['text/event-stream']);
    for (const word of ['Last-Event-ID', 'delta', '204', 'session-expired', '15 seconds']) {
      expect(events.description).toContain(word);
    }
  });

  it('is shown on a page of ours that needs no inline script', async () => {
    const answer = await fetch(`${server.url}/docs`);
    const page = await answer.text();
    expect(page).toContain('<title>Octavo API</title>');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
    for (const [, file = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([file, (await fetch(server.url + file)).status]).toEqual([file, 200]);
    }
    const start = await (await fetch(`${server.url}/docs/static/swagger-initializer.js`)).text();
    expect(start).toContain('"layout":"BaseLayout"');
  });
});
