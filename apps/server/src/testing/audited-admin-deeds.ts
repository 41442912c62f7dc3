import type { Deed } from './audited-deeds.ts';
import type { AuditedWorld } from './audited-world.ts';

/** What admins do. */
export function createAdminDeeds(world: AuditedWorld): Deed[] {
  const { server, admin, secrets, act, call, administrate, addKey, invite, budgetOf } = world;
  return [
    { action: 'account.suspended', actor: 'admin', subject: 'user', do: administrate('suspend') },
    { action: 'account.reinstated', actor: 'admin', subject: 'user', do: administrate('reinstate') },
    {
      action: 'role.changed',
      actor: 'admin',
      subject: 'user',
      details: { role: 'admin' },
      do: ({ user }) => act(admin(), 'PUT', `/api/admin/users/${user.session.user.id}/role`, { role: 'admin' }),
    },
    { action: 'invitation.created', actor: 'admin', subject: 'nobody', details: { role: 'user' }, do: invite },
    {
      action: 'invitation.revoked',
      actor: 'admin',
      subject: 'nobody',
      do: async () => act(admin(), 'DELETE', `/api/admin/invitations/${(await invite()).id}`),
    },
    {
      action: 'session.ended',
      actor: 'admin',
      subject: 'user',
      details: { sessions: 1 },
      do: administrate('end-sessions'),
    },
    {
      action: 'second_factor.removed',
      actor: 'admin',
      subject: 'user',
      details: { kind: 'all' },
      do: administrate('reset-second-factor'),
    },
    {
      action: 'token.issued',
      actor: 'admin',
      subject: 'nobody',
      async do() {
        const { key } = await addKey(admin(), ['admin']);
        const { body } = await call<{ token: string }>('POST', '/api/security/tokens', { subject: 'robot' }, key);
        secrets.push(body.data.token);
      },
    },
    {
      action: 'secret.changed',
      actor: 'admin',
      subject: 'nobody',
      details: { name: 'xai' },
      do: () => act(admin(), 'PUT', '/api/admin/secrets/xai', { apiKey: 'a-key-that-nobody-sees' }),
    },
    {
      action: 'secret.removed',
      actor: 'admin',
      subject: 'nobody',
      details: { name: 'google' },
      async do() {
        await act(admin(), 'PUT', '/api/admin/secrets/google', { apiKey: 'a-key-that-nobody-sees' });
        await act(admin(), 'DELETE', '/api/admin/secrets/google');
      },
    },
    {
      action: 'secret.tried',
      actor: 'admin',
      subject: 'nobody',
      details: { name: 'mail', problem: 'unreachable' },
      async do() {
        // Nobody listens there.
        const mail = {
          host: '127.0.0.1',
          port: 1,
          user: 'octavo',
          password: 'a-key-that-nobody-sees',
          from: 'a@example.org',
        };
        await act(admin(), 'PUT', '/api/admin/secrets/mail', mail);
        await act(admin(), 'POST', '/api/admin/secrets/mail/test');
        await act(admin(), 'DELETE', '/api/admin/secrets/mail');
      },
    },
    {
      action: 'budget.changed',
      actor: 'admin',
      subject: 'user',
      details: { period: 'month', limitMicroUsd: 5_000_000 },
      do: ({ user }) => act(admin(), 'PUT', budgetOf(user), { limitMicroUsd: 5_000_000 }),
    },
    {
      action: 'budget.removed',
      actor: 'admin',
      subject: 'user',
      details: { period: 'month' },
      async do({ user }) {
        await act(admin(), 'PUT', budgetOf(user), { limitMicroUsd: 5_000_000 });
        await act(admin(), 'DELETE', budgetOf(user));
      },
    },
    {
      action: 'cost.settled',
      actor: 'admin',
      subject: 'nobody',
      details: { attempt: 1, costMicroUsd: 123 },
      async do({ user }) {
        const { jobId } = await user.generate({ provider: 'sandbox' });
        await user.ended(jobId);
        await server().database.query(
          `UPDATE generation_attempts SET cost_micro_usd = NULL, cost_source = 'unknown', reserved_micro_usd = 200
           WHERE generation_id = '${jobId}'`,
        );
        await act(admin(), 'POST', `/api/usage/unknown/${jobId}/1`, { costMicroUsd: 123 });
      },
    },
    { action: 'outbox.read', actor: 'admin', subject: 'nobody', do: () => act(admin(), 'GET', '/api/admin/outbox') },
    { action: 'audit.read', actor: 'admin', subject: 'admin', do: () => act(admin(), 'GET', '/api/admin/audit') },
  ];
}
