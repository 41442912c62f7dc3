import type { Session } from '@octavo/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../apps/server/src/testing/mailbox.ts';
import { startTestServer, type TestServer } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { password } from '../lib/cast.ts';
import { separability } from '../lib/median.ts';

const tries = 500;

/** Where addresses are confirmed, so that registering need not say which are taken. */
describe('who has an account', () => {
  let server: TestServer;
  let mailbox: Mailbox;
  let used = 0;

  beforeEach(() => void (used = 0));
  beforeAll(async () => {
    mailbox = await startMailbox();
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: {
        ...mailbox.env,
        REQUIRE_VERIFICATION: 'on',
        CODES_PER_HOUR: '1000000',
      },
    });
    await server.signUp('first-of-all@example.org');
    // Confirmed accounts, each with the same password.
    await server.database.query(
      `INSERT INTO users (id, email, email_verified_at, password_hash, first_name, last_name)
      SELECT gen_random_uuid(), 'person-' || n || '@example.org', now(), password_hash, 'Ada', 'Lovelace'
      FROM users, generate_series(0, $1::int - 1) AS n`,
      [3 * tries],
    );
  });
  afterAll(async () => {
    await server?.stop();
    await mailbox?.close();
  });

  // Each is asked about once, or its own limits would come into it.
  const known = () => `person-${(used += 1)}@example.org`;
  const unknown = () => `nobody-${(used += 1)}@example.org`;

  async function timed(path: string, body: object): Promise<number> {
    const start = performance.now();
    await server.call<Session>('POST', path, { body });
    return performance.now() - start;
  }

  /**
   * How well the time of an answer, and of the one after it, tells the two apart. Each is thrown by dice, for
   * itself: what slows the machine down slows both, and so does what the one before has left behind. Chance alone
   * stays within 0.6 in all but one of ten thousand runs of 250 of each; a second look at what is beyond it leaves only
   * what is always there.
   */
  async function tellsApart(ask: (email: string) => Promise<number>): Promise<number> {
    const look = async () => {
      const order = Array.from({ length: tries }, () => Math.random() < 0.5);
      const times: number[] = [];
      for (const isKnown of order) times.push(await ask(isKnown ? known() : unknown()));
      const after = times.slice(1);
      const of = (among: number[], which: boolean) => among.filter((_, n) => order[n] === which);
      return Math.max(separability(of(times, true), of(times, false)), separability(of(after, true), of(after, false)));
    };
    const first = await look();
    return first <= 0.6 ? first : Math.min(first, await look());
  }

  const shape = async (path: string, body: object): Promise<unknown> => {
    const answer = await server.call<Session>('POST', path, { body });
    const { data, ...rest } = answer.body;
    const fields = data === null ? null : Object.keys(data ?? {});
    const names = [...answer.headers.keys()].toSorted();
    return { status: answer.status, rest: { ...rest, requestId: '' }, fields, names };
  };

  it.each<[string, string, (email: string) => object]>([
    ['a wrong password', '/api/auth/login', (email) => ({ email, password: 'a wrong password' })],
    ['a registration', '/api/auth/register', (email) => ({ email, password, firstName: 'A', lastName: 'B' })],
    ['a recovery', '/api/auth/recover', (email) => ({ email })],
  ])('is told neither by the answer to %s nor by its time, nor by that of the next one', async (_name, path, body) => {
    expect(await shape(path, body(known()))).toEqual(await shape(path, body(unknown())));
    const area = await tellsApart((email) => timed(path, body(email)));
    expect(area).toBeLessThanOrEqual(0.6);
  });

  it('and messages did go out: the difference that must not show was there', async () => {
    const about = (words: string) => mailbox.mails.filter(({ text }) => text.includes(words));
    await until(() => about('/recover#token=').length >= tries / 3 && about('has an account').length >= tries / 3);
    expect(about('/recover#token=').some(({ to }) => to.startsWith('nobody'))).toBe(false);
    expect(about('has an account').some(({ to }) => to.startsWith('nobody'))).toBe(false);
  });
});
