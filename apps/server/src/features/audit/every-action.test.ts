import { auditActions, type AuditPage } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdminDeeds } from '../../testing/audited-admin-deeds.ts';
import { createDeeds } from '../../testing/audited-deeds.ts';
import { createAuditedWorld, from } from '../../testing/audited-world.ts';
import { findSecret } from '../../testing/find-secrets.ts';
import { until } from '../../testing/until.ts';

describe('every security-relevant action', () => {
  const world = createAuditedWorld();
  const deeds = [...createDeeds(world), ...createAdminDeeds(world)];
  let people = 0;

  beforeAll(world.start);
  afterAll(world.stop);

  it('of the contract is in the table below', () => {
    const done = new Set(deeds.map(({ action }) => action));
    expect(auditActions.filter((action) => !done.has(action))).toEqual([]);
  });

  it.each(deeds.map((deed, index) => ({ name: `${deed.action} ${JSON.stringify(deed.details ?? {})}`, deed, index })))(
    '$index: $name',
    async ({ deed }) => {
      people += 1;
      const email = `deed-${people}@example.org`;
      const user = await world.person(email);
      const [row] = await world
        .server()
        .database.query<{ last: string | null }>('SELECT max(id)::text AS last FROM audit_log');
      const last = Number(row?.last ?? 0);
      await deed.do({ user, email });
      const idOf = { user: user.session.user.id, admin: world.admin().session.user.id, nobody: null };
      const found = await until(async () => {
        const page = await world
          .server()
          .call<AuditPage>('GET', `/api/admin/audit?action=${deed.action}&limit=200`, world.asAdmin);
        return page.body.data.entries.find(({ id }) => Number(id) > last);
      });
      expect(found).toMatchObject({
        actorId: idOf[deed.actor],
        subjectId: idOf[deed.subject],
        ...(deed.isOwnDoing
          ? { ip: null, userAgent: null, requestId: null }
          : { ip: from['x-forwarded-for'], userAgent: from['user-agent'], requestId: expect.stringMatching(/.{8}/) }),
        ...(deed.details && { details: deed.details }),
      });
    },
  );

  it('leaves no secret and no address in the log', async () => {
    const rows = await world
      .server()
      .database.query<{ row: string }>('SELECT row_to_json(a)::text AS row FROM audit_log a');
    const log = rows.map(({ row }) => row).join('\n');
    expect(log).toContain('account.registered');
    // Six digits of a code stand by chance in many an id or microsecond.
    const kindOf = (secret: string) => (/^(\d{6}|[a-z\d]{5}-[a-z\d]{5})$/.test(secret) ? 'code' : 'token');
    expect(world.secrets.filter((secret) => findSecret(log, kindOf(secret), secret).length > 0)).toEqual([]);
  });
});
