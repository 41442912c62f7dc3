import type { Session } from '@octavo/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.ts';
import { createClient } from './client.ts';
import { createMemoryStore } from './session.ts';

/** A session whose access token has just run out, unless told otherwise. */
function session(user: string, refreshToken: string, expiresInS = -1): Session {
  const claims = { exp: Math.floor(Date.now() / 1000) + expiresInS, jti: refreshToken };
  return {
    user: { id: user, email: `${user}@example.org`, firstName: user, lastName: 'X' },
    access_token: `h.${btoa(JSON.stringify(claims))}.s`,
    refresh_token: refreshToken,
  };
}

/** Answers requests in the server's shapes. */
function answering(answer: (asked: { path: string }) => unknown): typeof fetch {
  return async (input) => {
    try {
      return Response.json({ success: true, data: await answer({ path: input as string }) });
    } catch (error) {
      const { code, status } = error as ApiError;
      return Response.json({ success: false, code, message: code }, { status });
    }
  };
}

it('takes an address with a slash at its end', async () => {
  const asked: string[] = [];
  const send = answering(({ path }) => {
    asked.push(path);
    return { user: {} };
  });
  await createClient({ baseUrl: 'http://localhost:3000/', apiKey: 'octavo_a_b', fetch: send }).me();
  expect(asked).toEqual(['http://localhost:3000/api/auth/me']);
});

describe('two tabs of a browser that lends no locks', () => {
  beforeEach(() => void vi.stubGlobal('navigator', {}));
  afterEach(() => void vi.unstubAllGlobals());

  it('send one refresh token at the same time, and both go on with what the server gives both', async () => {
    const store = createMemoryStore(session('ada', 'first'));
    const second = Promise.withResolvers<void>();
    let refreshes = 0;
    const send = answering(async ({ path }) => {
      if (path !== '/api/auth/refresh') return { user: session('ada', '').user };
      refreshes += 1;
      if (refreshes === 2) second.resolve();
      await second.promise;
      return session('ada', 'second', 900);
    });
    const tabs = [1, 2].map(() => createClient({ baseUrl: '', session: store, fetch: send }));
    const people = await Promise.all(tabs.map((tab) => tab.me()));
    expect(people.map(({ id }) => id)).toEqual(['ada', 'ada']);
    expect(refreshes).toBe(2);
    expect(store.read()?.refresh_token).toBe('second');
  });
});

describe('a session that ends while a request is under way', () => {
  it('is not brought back by the answer of a refresh that was sent before signing out', async () => {
    const store = createMemoryStore(session('ada', 'first'));
    const send = answering(({ path }) => {
      if (path === '/api/auth/refresh') {
        // Signed out before the answer arrives.
        store.write(null);
        return session('ada', 'second', 900);
      }
      return { user: {} };
    });
    const client = createClient({ baseUrl: '', session: store, fetch: send });
    await expect(client.me()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(store.read()).toBeNull();
  });

  it('is gone on with by the same person', async () => {
    const store = createMemoryStore(session('ada', 'first'));
    const { client } = signingInAs('ada', store);
    expect(await client.me()).toMatchObject({ id: 'ada' });
  });

  it('is not gone on with in the name of another person', async () => {
    const store = createMemoryStore(session('ada', 'first'));
    const { client, heard } = signingInAs('ben', store);
    await expect(client.deleteContent('a-piece-of-ada')).rejects.toMatchObject({ status: 401 });
    expect(heard).toEqual([]);
    // What Ben asks for himself is his.
    expect(await client.me()).toMatchObject({ id: 'ben' });
  });

  /** Whose session is over for good; then somebody signs in in the same browser, and the client is told to go on. */
  function signingInAs(user: string, store: ReturnType<typeof createMemoryStore>) {
    const heard: string[] = [];
    const send = answering(({ path }) => {
      if (path === '/api/auth/refresh') throw new ApiError('refresh_token_invalid', 401, '');
      heard.push(path);
      return { user: store.read()?.user };
    });
    const client = createClient({
      baseUrl: '',
      session: store,
      fetch: send,
      onSignedOut: async () => {
        store.write(session(user, 'new', 900));
        return true;
      },
    });
    return { client, heard };
  }
});

it('a wrong password is no reason to renew the session, nor to ask twice', async () => {
  const asked: string[] = [];
  const send = answering(({ path }) => {
    asked.push(path);
    throw new ApiError('invalid_credentials', 401, '');
  });
  const client = createClient({ baseUrl: '', session: createMemoryStore(session('ada', 'first', 900)), fetch: send });
  await expect(client.account.changeEmail('new@example.org', 'wrong')).rejects.toMatchObject({ status: 401 });
  expect(asked).toEqual(['/api/account/email']);
});

it('sends an API key as it is, and renews nothing when it is refused', async () => {
  const asked: Array<[string, string | null]> = [];
  const send: typeof fetch = async (input, init) => {
    asked.push([input as string, new Headers(init?.headers).get('authorization')]);
    return Response.json({ success: false, code: 'unauthorized', message: 'no' }, { status: 401 });
  };
  const client = createClient({ baseUrl: '', apiKey: 'octavo_a_b', fetch: send });
  await expect(client.generation('1')).rejects.toMatchObject({ code: 'unauthorized' });
  expect(asked).toEqual([['/api/generations/1', 'Bearer octavo_a_b']]);
});
