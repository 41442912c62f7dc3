import type { ApiKeyCreated, Session } from '@octavo/contracts';
import type { TestServer, TestUser } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';

export const password = 'correct horse battery';

export async function createKey(user: TestUser, scopes: string[]): Promise<ApiKeyCreated> {
  const answer = await user.call<ApiKeyCreated>('POST', '/api/account/keys', { password, name: 'A program', scopes });
  if (answer.status !== 201) throw new Error(`no key: ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

export interface Cast {
  admin: TestUser;
  user: TestUser;
  /** What opens something, each as far as it may. */
  living: Record<
    'user' | 'admin' | 'a key: read' | 'a key: generate' | 'a key of an admin: generate' | 'a key of an admin: admin',
    string
  >;
  /** What opened something once. */
  dead: Record<string, string>;
}

/** Everybody who may stand before a server, by the token they hold. The server must have no account yet. */
export async function createCast(server: TestServer): Promise<Cast> {
  const admin = await server.signUp('cast-admin@example.org');
  const user = await server.signUp('cast-user@example.org');
  const person = (name: string) => server.signUp(`cast-${name}@example.org`);
  const must = async (answer: Promise<{ status: number; body: unknown }>): Promise<void> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(JSON.stringify(body));
  };

  const suspended = await person('suspended');
  const suspendedKey = await createKey(suspended, ['read', 'generate']);
  await must(admin.call('POST', `/api/admin/users/${suspended.session.user.id}/suspend`));
  const deleted = await person('deleted');
  const deletedKey = await createKey(deleted, ['read', 'generate']);
  await must(deleted.call('POST', '/api/account/delete', { password, confirm: 'DELETE' }));
  const gone = await person('gone');
  const goneKey = await createKey(gone, ['read', 'generate']);
  await server.database.query('DELETE FROM users WHERE id = $1', [gone.session.user.id]);
  // Behind the server's back, so it may take the time that it promises.
  await until(async () => (await gone.call('GET', '/api/account/sessions')).status === 401, 5000);
  const left = await person('left');
  await must(server.call('POST', '/api/auth/logout', { body: { refresh_token: left.session.refresh_token } }));
  const ended = await person('ended');
  await must(admin.call('POST', `/api/admin/users/${ended.session.user.id}/end-sessions`));
  const recovered = await server.call<Session>('POST', '/api/auth/login', {
    body: { email: 'cast-user@example.org', password },
  });
  const changed = recovered.body.data.access_token;
  await must(user.call('DELETE', '/api/account/sessions'));
  const expired = await createKey(user, ['read', 'generate']);
  await server.database.query("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1", [
    expired.id,
  ]);
  const revoked = await createKey(user, ['read', 'generate']);
  await must(user.call('DELETE', `/api/account/keys/${revoked.id}`));
  const { key } = await createKey(user, ['read']);

  return {
    admin,
    user,
    living: {
      user: user.session.access_token,
      admin: admin.session.access_token,
      'a key: read': key,
      'a key: generate': (await createKey(user, ['generate'])).key,
      'a key of an admin: generate': (await createKey(admin, ['generate'])).key,
      'a key of an admin: admin': (await createKey(admin, ['admin'])).key,
    },
    dead: {
      suspended: suspended.session.access_token,
      'a key of somebody suspended': suspendedKey.key,
      deleted: deleted.session.access_token,
      'a key of somebody deleted': deletedKey.key,
      'gone for good': gone.session.access_token,
      'a key of somebody gone for good': goneKey.key,
      'signed out': left.session.access_token,
      'signed out by an admin': ended.session.access_token,
      'signed out from another device': changed,
      'a key that has expired': expired.key,
      'a key that was revoked': revoked.key,
      'the prefix of a key': key.slice(0, 15),
      'a key with another end': `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
    },
  };
}
