import {
  createContentBody,
  generateBody,
  loginBody,
  refreshBody,
  registerBody,
  storyInput,
  updateContentBody,
} from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/server.ts';

interface Schema {
  title?: string;
  $ref?: string;
  type?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  maxLength?: number;
}

interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  operationId: string;
  'x-required-scope'?: string;
  parameters?: Array<{ name: string; in: string; description?: string; schema: Schema }>;
  requestBody?: { content: Record<string, { example?: unknown; schema: Schema }> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, { schema: Schema }> }
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
    const example = at(name).requestBody?.content['application/json']?.example as Record<string, unknown>;
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(Object.keys(example)).not.toContain('provider');
    expect(Object.keys(example)).not.toContain('delayMs');
  });

  it('has an example for every body', () => {
    for (const [name, { requestBody }] of operations) {
      const json = requestBody?.content['application/json'];
      if (json) expect([name, json.example]).toEqual([name, expect.anything()]);
    }
  });

  it('shows the input of each content type as its contract has it', () => {
    const generate = at('post /api/content/generate').requestBody?.content['application/json']?.schema.oneOf ?? [];
    const inputs = generate.flatMap(({ properties: { contentType, input } = {}, required }) =>
      (contentType?.enum ?? []).map((kind) => [kind, input?.$ref, required?.includes('input')]),
    );
    expect(inputs).toEqual([
      ['blog', undefined, false],
      ['product', undefined, false],
      ['social', undefined, false],
      ['story', '#/components/schemas/StoryInput', false],
      ['image', '#/components/schemas/ImageInput', false],
      ['description', '#/components/schemas/DescriptionInput', true],
      ['translation', '#/components/schemas/TranslationInput', true],
    ]);
    expect(generate.map(({ title }) => title)).toEqual(
      ['Text', 'Story', 'Image', 'Description', 'Translation'].map((kind) => `Generate${kind}`),
    );
    expect(generate[0]?.properties?.['title']).toEqual({ type: 'string', minLength: 1, maxLength: 200 });
    expect(at('post /api/estimate').requestBody?.content['application/json']?.schema.oneOf).toEqual(generate);
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, Schema> } };
    const { StoryInput, TranslationInput, LanguageCode } = components.schemas;
    expect(Object.keys(StoryInput?.properties ?? {})).toEqual(Object.keys(storyInput.shape));
    expect(StoryInput?.properties).toMatchObject({
      audience: { enum: storyInput.shape.audience.unwrap().options },
      paragraphs: { type: 'integer', minimum: 1, maximum: 50 },
      language: { $ref: '#/components/schemas/LanguageCode' },
    });
    expect(TranslationInput?.required).toEqual(['target']);
    expect(LanguageCode?.enum).toContain('spa_Latn');
    for (const [, ref = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(Object.keys(components.schemas)).toContain(ref);
    }
  });

  it('has a form for all that is sent and answered, but for what is anybody’s', () => {
    const free = operations.filter(([, operation]) => JSON.stringify(operation).includes('"additionalProperties":{}'));
    expect(free.map(([name]) => name)).toEqual([
      'get /.well-known/jwks.json',
      'post /api/security/tokens',
      'post /api/security/tokens/verify',
      'post /api/account/passkeys/options',
      'post /api/account/passkeys',
      'post /api/auth/passkey/options',
      'post /api/auth/passkey',
    ]);
    expect(text).not.toMatch(/"(input|rows|items|schema)":\{\}/);
  });

  it('says how each route answers when all is well, and what files are', () => {
    for (const [name, { responses }] of operations) {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect([name, good.length > 0]).toEqual([name, true]);
      for (const [status, { content }] of good) expect([name, Boolean(content)]).toEqual([name, status !== '204']);
    }
    const typesOf = (name: string) => Object.keys(at(name).responses['200']?.content ?? {});
    expect(typesOf('get /api/batches/{id}/results.csv')).toEqual(['text/csv']);
    expect(typesOf('get /api/account/export')).toEqual(['application/zip']);
    expect(typesOf('get /media/{id}/{variant}')).toEqual(['image/jpeg', 'image/png', 'image/webp']);
    const file = at('get /media/{id}/{variant}').parameters ?? [];
    expect(file.map(({ name }) => name)).toEqual(['expires', 'signature', 'id', 'variant']);
    expect(Object.keys(at('post /api/account/import').requestBody?.content ?? {})).toEqual(['application/zip']);
    const form = at('post /api/media').requestBody?.content['multipart/form-data']?.schema;
    expect([form?.required, form?.properties?.['file']]).toEqual([['file'], { type: 'string', format: 'binary' }]);
  });

  it('gives pages and limits as numbers with their bounds and usual values', () => {
    const query = Object.fromEntries((at('get /api/content').parameters ?? []).map((one) => [one.name, one.schema]));
    expect(query).toMatchObject({
      page: { type: 'integer', minimum: 1, maximum: 100_000, default: 1 },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
      q: { type: 'string', maxLength: 100 },
    });
    for (const [name, { parameters = [] }] of operations) {
      const limit = parameters.find((one) => one.in === 'query' && one.name === 'limit');
      if (limit) expect([name, limit.schema]).toEqual([name, expect.objectContaining({ default: expect.any(Number) })]);
    }
  });

  it('names each operation once, after its address', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id, index) => !/^[a-z][A-Za-z0-9]+$/.test(id) || ids.indexOf(id) !== index)).toEqual([]);
    expect(at('post /api/content/generate').operationId).toBe('postContentGenerate');
    expect(at('get /api/content/{id}/versions/{number}').operationId).toBe('getContentByIdVersionsByNumber');
  });

  it('says which scope an API key needs, or that it takes none, as it is', async () => {
    await server.signUp();
    const user = await server.signUp();
    const password = 'correct horse battery';
    async function keyWith(scope: string): Promise<string> {
      const body = { name: scope, password, scopes: [scope] };
      return (await user.call<{ key: string }>('POST', '/api/account/keys', body)).body.data.key;
    }
    const keys = { read: await keyWith('read'), generate: await keyWith('generate') };
    for (const [name, { security, description, 'x-required-scope': scope }] of operations) {
      if (!security) continue;
      const [method = '', path = ''] = name.split(' ');
      const token = scope === 'generate' ? keys.read : keys.generate;
      const { status, body } = await server.call(method.toUpperCase(), path, { token });
      const reason =
        scope === undefined ? /not for API keys/ : scope === 'admin' ? /for admins/ : `lacks the scope ${scope}.`;
      expect([name, status, body.detail]).toEqual([name, 403, expect.stringMatching(reason)]);
      expect([name, description]).toEqual([
        name,
        expect.stringContaining(scope ? `needs the scope \`${scope}\`` : 'API keys are refused'),
      ]);
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
