import { createHash, randomUUID } from 'node:crypto';
import type { AttemptText, ContentView, GenerationAccepted, VersionPage, VersionText } from '@octavo/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const digitalSource = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

describe('versions of a content', () => {
  let server: TestServer;
  let user: TestUser;
  let database: pg.Client;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    user = await server.signUp();
    database = new pg.Client(server.database.url);
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  const list = async (id: string, query = '') =>
    (await user.call<VersionPage>('GET', `/api/content/${id}/versions${query}`)).body.data;
  const version = async (id: string, number: number) =>
    (await user.call<VersionText>('GET', `/api/content/${id}/versions/${number}`)).body.data;
  const edit = (id: string, generatedText: string) => user.call('PUT', `/api/content/${id}`, { generatedText });
  const regenerate = (id: string, body?: unknown, headers?: Record<string, string>) =>
    user.call<GenerationAccepted>('POST', `/api/content/${id}/regenerate`, body, headers);
  /** Origins of all versions, oldest first. */
  const story = async (id: string) => (await list(id, '?limit=100')).versions.map(({ origin }) => origin).toReversed();

  /** A content with one completed take. */
  async function written(request: Record<string, unknown> = {}): Promise<{ id: string; jobId: string; text: string }> {
    const { id, jobId } = await user.generate(request);
    const { text } = await user.ended(jobId, 'completed');
    return { id, jobId, text };
  }

  /** As if that long had passed since the last edit. */
  const wait = (id: string, interval: string) =>
    database.query('UPDATE content_versions SET created_at = created_at - $2::interval WHERE content_id = $1', [
      id,
      interval,
    ]);

  it('begin with the take that completes, which says who wrote it and with what', async () => {
    const { id, jobId } = await user.generate({ delayMs: 3_600_000 });
    expect(await user.content(id)).toMatchObject({ version: 0, revision: 1, pendingVersion: null, provenance: null });
    expect(await list(id)).toEqual({ versions: [], pagination: { total: 0, limit: 20, nextCursor: null } });
    await makeDue(jobId);
    const { text } = await user.ended(jobId, 'completed');

    const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const provenance = {
      provider: 'sandbox',
      model: expect.any(String),
      at: expect.any(String),
      hash,
      digitalSourceType: `${digitalSource}algorithmicMedia`,
    };
    expect(await user.content(id)).toMatchObject({ version: 1, revision: 2, pendingVersion: null, provenance });
    const page = await list(id);
    expect(page.versions).toMatchObject([
      {
        contentId: id,
        number: 1,
        title: 'Tea',
        origin: 'generated',
        isCurrent: true,
        isEdited: false,
        userId: user.session.user.id,
        generationId: jobId,
        attempt: 1,
        source: null,
        provenance,
      },
    ]);
    expect(page.versions[0]).not.toHaveProperty('generatedText');
    expect(await version(id, 1)).toMatchObject({
      ...page.versions[0],
      generatedText: text,
      prompt: 'The history of tea',
      parameters: {
        temperature: expect.any(Number),
        maxOutputTokens: expect.any(Number),
        seed: expect.any(Number),
        templateHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    });
  });

  it('are one for each change of text or title, and none for a change of state', async () => {
    const { id, text } = await written();
    await user.call('PUT', `/api/content/${id}`, { status: 'published' });
    await user.call('PUT', `/api/content/${id}`, { generatedText: text, title: 'Tea' });
    expect(await user.content(id)).toMatchObject({ version: 1, revision: 4, status: 'published' });
    expect(await story(id)).toEqual(['generated']);

    await user.call('PUT', `/api/content/${id}`, { title: 'Tea time' });
    expect(await version(id, 2)).toMatchObject({ title: 'Tea time', generatedText: text, isEdited: false });
    expect((await user.content(id)).provenance).toMatchObject({
      digitalSourceType: `${digitalSource}algorithmicMedia`,
    });
    await wait(id, '11 min');
    await edit(id, 'My words');
    const edited = await version(id, 3);
    expect(edited).toMatchObject({
      title: 'Tea time',
      generatedText: 'My words',
      origin: 'edited',
      isEdited: true,
      // What it is based on stays known.
      provenance: { provider: 'sandbox', digitalSourceType: `${digitalSource}compositeSynthetic` },
      generationId: (await version(id, 1)).generationId,
    });
    expect(await version(id, 1)).toMatchObject({ title: 'Tea', generatedText: text, isCurrent: false });
    expect(await story(id)).toEqual(['generated', 'edited', 'edited']);
  });

  it('by hand claim nothing of how they were made', async () => {
    const made = await user.call<ContentView>('POST', '/api/content', {
      title: 'Mine',
      contentType: 'blog',
      generatedText: 'By hand',
    });
    const { id } = made.body.data;
    await edit(id, 'By hand, again');
    expect(await story(id)).toEqual(['written', 'edited']);
    expect((await user.content(id)).provenance).toMatchObject({ provider: null, model: null, digitalSourceType: null });
  });

  it('take in what the same person saves again within ten minutes, and nothing else', async () => {
    const { id } = await written();
    for (let n = 0; n < 30; n += 1) await edit(id, `Draft ${n}`);
    expect(await story(id)).toEqual(['generated', 'edited']);
    expect(await version(id, 2)).toMatchObject({ generatedText: 'Draft 29' });
    expect(await user.content(id)).toMatchObject({ version: 2, revision: 32, generatedText: 'Draft 29' });
    expect((await user.content(id)).provenance?.hash).toBe(
      `sha256:${createHash('sha256').update('Draft 29').digest('hex')}`,
    );

    await wait(id, '11 min');
    await edit(id, 'Later');
    await user.call('POST', `/api/content/${id}/versions/1/restore`);
    await edit(id, 'After a restored version');
    expect(await story(id)).toEqual(['generated', 'edited', 'edited', 'restored', 'edited']);

    await database.query('UPDATE content_versions SET user_id = NULL WHERE content_id = $1 AND number = 5', [id]);
    await edit(id, 'Somebody else wrote the one before');
    expect(await story(id)).toHaveLength(6);
  });

  it('are not taken in where what was there before is to stay', async () => {
    const { id } = await written();
    await edit(id, 'From one tab');
    await user.call('PUT', `/api/content/${id}`, { generatedText: 'From another', newVersion: true });
    expect(await story(id)).toEqual(['generated', 'edited', 'edited']);
    expect(await version(id, 2)).toMatchObject({ generatedText: 'From one tab' });
    expect(await version(id, 3)).toMatchObject({ generatedText: 'From another', isCurrent: true });
  });

  it('are all kept, and read in pages', async () => {
    const { id } = await written();
    for (let n = 0; n < 40; n += 1) {
      await edit(id, `Edit ${n}`);
      await wait(id, '11 min');
    }
    const numbers: number[] = [];
    for (let cursor: number | null = 42; cursor !== null;) {
      const page: VersionPage = await list(id, `?limit=15&cursor=${cursor}`);
      numbers.push(...page.versions.map(({ number }) => number));
      expect(page.pagination).toMatchObject({ total: 41, limit: 15 });
      cursor = page.pagination.nextCursor;
    }
    expect(numbers).toEqual(Array.from({ length: 41 }, (_, n) => 41 - n));
    expect(await version(id, 2)).toMatchObject({ generatedText: 'Edit 0' });
    expect((await user.call('GET', `/api/content/${id}/versions?limit=101`)).status).toBe(400);
    expect((await user.call('GET', `/api/content/${id}/versions/x`)).status).toBe(400);
  });

  it('are restored as a version of their own, whose origin stays known', async () => {
    const { id, text } = await written();
    await edit(id, 'Worse');
    const restored = await user.call<ContentView>('POST', `/api/content/${id}/versions/1/restore`);
    expect(restored.status).toBe(200);
    expect(restored.body.data).toMatchObject({ generatedText: text, version: 3, revision: 4 });
    expect(await version(id, 3)).toMatchObject({
      origin: 'restored',
      source: { contentId: id, number: 1 },
      isCurrent: true,
      isEdited: false,
      provenance: { provider: 'sandbox', digitalSourceType: `${digitalSource}algorithmicMedia` },
    });
    // It is the current one already.
    expect((await user.call<ContentView>('POST', `/api/content/${id}/versions/3/restore`)).body.data.version).toBe(3);
    expect(await story(id)).toEqual(['generated', 'edited', 'restored']);
    expect((await user.call('POST', `/api/content/${id}/versions/4/restore`)).body.code).toBe('not_found');
  });

  it('branch into a content of their own, which can be generated anew', async () => {
    const { id, text } = await written({ title: 'Root', prompt: 'The history of roots' });
    await edit(id, 'Changed since');
    const branched = await user.call<ContentView>('POST', `/api/content/${id}/versions/1/branch`);
    expect(branched.status).toBe(201);
    const branch = branched.body.data;
    expect(branch).toMatchObject({ title: 'Root', generatedText: text, version: 1, status: 'draft', jobId: null });
    expect(branch.id).not.toBe(id);
    expect(await version(branch.id, 1)).toMatchObject({
      origin: 'branched',
      source: { contentId: id, number: 1 },
      prompt: 'The history of roots',
      provenance: { provider: 'sandbox' },
    });
    expect(await story(id)).toEqual(['generated', 'edited']);

    const again = await regenerate(branch.id);
    const view = await user.ended(again.body.data.jobId, 'completed');
    expect(view).toMatchObject({ prompt: 'The history of roots', contentId: branch.id });
    expect(await user.content(branch.id)).toMatchObject({ version: 2, generatedText: view.text });
    expect(await user.content(id)).toMatchObject({ generatedText: 'Changed since' });
  });

  describe('made by generating anew', () => {
    it('keep what was there, and ask again as before but for what changes', async () => {
      const { id, text, jobId } = await written({ provider: 'sandbox', prompt: 'Old wish' });
      await edit(id, 'Mine');
      const accepted = await regenerate(id);
      expect(accepted.status).toBe(202);
      expect(accepted.body.data).toMatchObject({ id, prompt: 'Old wish', title: 'Tea', generationStatus: 'pending' });
      const second = await user.ended(accepted.body.data.jobId, 'completed');
      expect(second).toMatchObject({ contentId: id, retryOf: null });
      // It was asked for after the edit: its text is what is wanted.
      expect(await user.content(id)).toMatchObject({
        version: 3,
        pendingVersion: null,
        generatedText: second.text,
        jobId: second.id,
      });
      expect((await version(id, 1)).generatedText).toBe(text);
      expect((await version(id, 2)).generatedText).toBe('Mine');

      const changed = await regenerate(id, { prompt: 'New wish' });
      const third = await user.ended(changed.body.data.jobId, 'completed');
      expect(third).toMatchObject({ prompt: 'New wish', provider: 'sandbox' });
      expect(await version(id, 4)).toMatchObject({ prompt: 'New wish', generatedText: third.text });
      expect(await user.content(id)).toMatchObject({ prompt: 'New wish', version: 4 });
      expect(await story(id)).toEqual(['generated', 'edited', 'generated', 'generated']);
      expect((await user.generation(jobId)).text).toBe(text);
    });

    it('are asked for once at a time, and once for one Idempotency-Key', async () => {
      const { id } = await written();
      const headers = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => regenerate(id, { prompt: 'Once', delayMs: 3_600_000 }, headers)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(11);
      const { jobId } = answers[0]!.body.data;

      expect((await regenerate(id)).body).toMatchObject({ status: 409, code: 'still_generating' });
      expect((await regenerate(id, { prompt: 'Other' }, headers)).body.code).toBe('idempotency_conflict');
      await makeDue(jobId);
      await user.ended(jobId, 'completed');
      expect((await regenerate(id, { prompt: 'Once', delayMs: 3_600_000 }, headers)).body.data.jobId).toBe(jobId);
      expect(await story(id)).toEqual(['generated', 'generated']);

      const races = await Promise.all(Array.from({ length: 8 }, () => regenerate(id, { delayMs: 3_600_000 })));
      expect(races.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(races.filter(({ body }) => body.code === 'still_generating')).toHaveLength(7);
    });

    it('say what is wrong with what should change', async () => {
      const { id } = await written();
      for (const [body, path] of [
        [{ prompt: ' ' }, 'body.prompt'],
        [{ model: 'x' }, 'body.model'],
        [{ input: { paragraphs: 3 } }, 'body'],
        [{ title: 'Not this one' }, 'body.title'],
        [{ provider: 'xai' }, 'body.provider'],
      ] as const) {
        const answer = await regenerate(id, body);
        expect([path, answer.status, answer.body.errors[0]?.path]).toEqual([
          path,
          path === 'body.provider' ? 422 : 400,
          path,
        ]);
      }
      const byHand = await user.call<ContentView>('POST', '/api/content', { title: 'By hand', contentType: 'blog' });
      expect((await regenerate(byHand.body.data.id)).body.errors[0]).toMatchObject({ path: 'body.prompt' });
      const asked = await regenerate(byHand.body.data.id, { prompt: 'Now write it' });
      await user.ended(asked.body.data.jobId, 'completed');
      expect(await story(byHand.body.data.id)).toEqual(['written', 'generated']);
    });

    it('leave a good text alone when they fail or are cancelled, and can be accepted', async () => {
      const { id, text } = await written();
      const failing = (await regenerate(id, { prompt: 'Worse [sandbox:length after=400]' })).body.data;
      const failed = await user.ended(failing.jobId, 'failed');
      expect(failed.failureCode).toBe('quality_cut_off');
      expect(await user.content(id)).toMatchObject({ version: 1, generatedText: text, pendingVersion: null });

      expect(failed.attempts.map(({ hasText }) => hasText)).toEqual([true, true, true]);
      const wordless = (await regenerate(id, { prompt: 'Nothing [sandbox:empty]' })).body.data;
      const { attempts } = await user.ended(wordless.jobId, 'failed');
      expect(attempts.map(({ hasText }) => hasText)).toEqual(attempts.map(() => false));

      const read = await user.call<AttemptText>('GET', `/api/generations/${failing.jobId}/attempts/2`);
      expect(read.body.data).toMatchObject({
        generationId: failing.jobId,
        contentId: id,
        attempt: 2,
        outcome: 'failed',
        errorCode: 'quality_cut_off',
        parameters: { seed: expect.any(Number) },
      });
      expect(read.body.data.text.length).toBeGreaterThan(100);
      const seeds = failed.attempts.map(({ parameters }) => parameters?.['seed']);
      expect(new Set(seeds).size).toBe(3);

      const accept = `/api/generations/${failing.jobId}/attempts/2/accept`;
      const accepted = await user.call<ContentView>('POST', accept);
      expect(accepted.body.data).toMatchObject({ version: 2, generatedText: read.body.data.text });
      expect((await user.call<ContentView>('POST', accept)).body.data.version).toBe(2);
      expect(await version(id, 2)).toMatchObject({ origin: 'accepted', generationId: failing.jobId, attempt: 2 });
      expect(await story(id)).toEqual(['generated', 'accepted']);

      const stopped = (await regenerate(id, { prompt: 'Stopped [sandbox:ok rate=20]' })).body.data;
      await until(async () => (await user.generation(stopped.jobId)).text.length > 20);
      const running = await user.call('POST', `/api/generations/${stopped.jobId}/attempts/1/accept`);
      expect(running.body).toMatchObject({ status: 409, code: 'nothing_to_accept' });
      await user.call('POST', `/api/generations/${stopped.jobId}/cancel`);
      const { text: half } = await user.ended(stopped.jobId, 'cancelled');
      expect(await user.content(id)).toMatchObject({ version: 2, generatedText: read.body.data.text });
      await user.call('POST', `/api/generations/${stopped.jobId}/attempts/1/accept`);
      expect(await user.content(id)).toMatchObject({ version: 3, generatedText: half });
    });
  });

  it('of a first take that fails hold what there is, until a retry does better', async () => {
    const { id, jobId } = await user.generate({ prompt: 'Cut [sandbox:cut after=30 times=3]' });
    const failed = await user.ended(jobId, 'failed');
    expect(await version(id, 1)).toMatchObject({ generatedText: failed.text, attempt: 3, origin: 'generated' });
    await edit(id, 'Mended by hand');
    const retried = await user.call<GenerationAccepted>('POST', `/api/generations/${jobId}/retry`);
    const { text } = await user.ended(retried.body.data.jobId, 'completed');
    expect(await user.content(id)).toMatchObject({ version: 3, pendingVersion: null, generatedText: text });
    expect(await story(id)).toEqual(['generated', 'edited', 'generated']);
    expect((await user.call('POST', `/api/generations/${retried.body.data.jobId}/attempts/1/accept`)).body.code).toBe(
      'nothing_to_accept',
    );
  });

  it('of a failed take name the take that had the words, when the last one had none', async () => {
    const { id, jobId } = await user.generate({ prompt: 'Words once', delayMs: 3_600_000 });
    // A take of before had words; the next one is cancelled before it has any.
    await database.query(
      `INSERT INTO generation_events (generation_id, attempt, seq, type, text) VALUES ($1, 1, 2, 'delta', 'Half a text')`,
      [jobId],
    );
    await database.query(
      `INSERT INTO generation_attempts (generation_id, attempt, user_id, provider, model, outcome)
       SELECT id, 1, user_id, 'xai', 'grok', 'failed' FROM generations WHERE id = $1`,
      [jobId],
    );
    await database.query(
      `INSERT INTO generation_events (generation_id, attempt, seq, type) VALUES ($1, 2, 1, 'started')`,
      [jobId],
    );
    await database.query('UPDATE generations SET attempt = 2 WHERE id = $1', [jobId]);
    await user.call('POST', `/api/generations/${jobId}/cancel`);
    expect(await version(id, 1)).toMatchObject({
      generatedText: 'Half a text',
      attempt: 1,
      provenance: { provider: 'xai', model: 'grok', digitalSourceType: `${digitalSource}trainedAlgorithmicMedia` },
    });
  });

  it('of an abandoned generation hold its words', async () => {
    const { id, jobId } = await user.generate({ prompt: 'Abandoned', delayMs: 3_600_000 });
    await database.query(
      `INSERT INTO generation_events (generation_id, attempt, seq, type, text) VALUES ($1, 12, 2, 'delta', 'Last words')`,
      [jobId],
    );
    await database.query(
      `UPDATE generations SET status = 'processing', attempt = 12, lease_until = now() - interval '1 s' WHERE id = $1`,
      [jobId],
    );
    await user.ended(jobId, 'failed');
    expect(await user.content(id)).toMatchObject({ version: 1, generatedText: 'Last words' });
    expect(await version(id, 1)).toMatchObject({ origin: 'generated', attempt: 12 });
  });

  it('that arrive after a person has written wait to be used or not', async () => {
    const { id, jobId } = await user.generate({ delayMs: 3_600_000 });
    await user.call('PUT', `/api/content/${id}`, { title: 'My title', generatedText: 'My own words' });
    const { revision } = await user.content(id);
    await makeDue(jobId);
    const { text } = await user.ended(jobId, 'completed');
    // Whoever is still editing meets no conflict: their text has not changed.
    expect(await user.content(id)).toMatchObject({
      version: 1,
      pendingVersion: 2,
      generatedText: 'My own words',
      revision,
    });
    expect(await version(id, 2)).toMatchObject({ generatedText: text, title: 'My title', isCurrent: false });
    await edit(id, 'My own words, still');
    expect(await user.content(id)).toMatchObject({ version: 3, pendingVersion: 2 });

    const kept = await user.call<ContentView>('POST', `/api/content/${id}/versions/2/dismiss`);
    expect(kept.body.data).toMatchObject({ version: 3, pendingVersion: null, generatedText: 'My own words, still' });
    const used = await user.call<ContentView>('POST', `/api/content/${id}/versions/2/restore`);
    expect(used.body.data).toMatchObject({ version: 4, title: 'My title', generatedText: text });
  });

  it('do not make a rejected take, once accepted, give way to the next take', async () => {
    const { id, jobId } = await user.generate({
      prompt: 'Patience [sandbox:length after=400 times=1]',
      delayMs: 1,
    });
    await user.ended(jobId, 'completed');
    const early = await user.generate({ prompt: 'Impatience', delayMs: 3_600_000 });
    await database.query(
      `INSERT INTO generation_attempts (generation_id, attempt, user_id, provider, model, outcome)
       SELECT id, 1, user_id, 'xai', 'grok', 'failed' FROM generations WHERE id = $1`,
      [early.jobId],
    );
    await database.query(
      `INSERT INTO generation_events (generation_id, attempt, seq, type, text) VALUES ($1, 1, 2, 'delta', 'Good enough')`,
      [early.jobId],
    );
    await database.query('UPDATE generations SET attempt = 1 WHERE id = $1', [early.jobId]);
    expect((await user.call('POST', `/api/generations/${early.jobId}/attempts/1/accept`)).status).toBe(200);
    await makeDue(early.jobId);
    await user.ended(early.jobId, 'completed');
    expect(await user.content(early.id)).toMatchObject({ generatedText: 'Good enough', version: 1, pendingVersion: 2 });
    expect(await user.content(id)).toMatchObject({ version: 1 });
  });

  it.each(['edit', 'take'] as const)('are two when an edit and a take arrive at once, the %s first', async (first) => {
    const { id, jobId } = await user.generate({ delayMs: 3_600_000 });
    const holder = new pg.Client(server.database.url);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM contents WHERE id = $1 FOR UPDATE', [id]);
    let editing: Promise<unknown> = Promise.resolve();
    const steps = {
      edit: async () => {
        editing = edit(id, 'Mine');
        await isWaiting('%revision = coalesce%');
      },
      take: async () => {
        await makeDue(jobId);
        await isWaiting('%WITH take AS%');
      },
    };
    await steps[first]();
    await steps[first === 'edit' ? 'take' : 'edit']();
    await holder.query('COMMIT');
    await holder.end();
    await editing;
    const { text } = await user.ended(jobId, 'completed');
    const numbers = first === 'edit' ? { mine: 1, theirs: 2 } : { mine: 2, theirs: 1 };
    expect(await user.content(id)).toMatchObject({
      generatedText: 'Mine',
      version: numbers.mine,
      pendingVersion: first === 'edit' ? 2 : null,
    });
    expect((await version(id, numbers.mine)).generatedText).toBe('Mine');
    expect((await version(id, numbers.theirs)).generatedText).toBe(text);
    expect((await list(id)).pagination.total).toBe(2);
  });

  it('are one for each of many takes that end together', async () => {
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        user.generate({ prompt: `Together ${n} ${n % 3 === 0 ? '[sandbox:cut after=30 times=3]' : ''}` }),
      ),
    );
    const ended = await Promise.all(asked.map(({ jobId }) => user.ended(jobId)));
    for (const [n, { id }] of asked.entries()) {
      const { versions } = await list(id);
      expect(versions).toMatchObject([
        { number: 1, isCurrent: true, attempt: ended[n]!.attempt, generationId: ended[n]!.id },
      ]);
      expect(await version(id, 1)).toMatchObject({ generatedText: ended[n]!.text, prompt: ended[n]!.prompt });
    }
    expect(ended.filter(({ status }) => status === 'failed')).toHaveLength(20);
  });

  it('get numbers without a hole or a double when many change them at once', async () => {
    const { id } = await written();
    await edit(id, 'Second');
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? user.call('POST', `/api/content/${id}/versions/${1 + (n % 4) / 2}/restore`)
          : edit(id, `Edit ${n}`),
      ),
    );
    const { versions, pagination } = await list(id, '?limit=100');
    expect(versions.map(({ number }) => number)).toEqual(versions.map((_, n) => versions.length - n));
    expect(pagination.total).toBe(versions.length);
    const now = await user.content(id);
    const current = await version(id, now.version);
    expect(current).toMatchObject({ isCurrent: true, generatedText: now.generatedText });
  });

  it('are nobody else\u2019s, and gone while their content is deleted', async () => {
    const stranger = await server.signUp();
    const { id, jobId } = await user.generate({ prompt: 'Private [sandbox:length after=400]' });
    await user.ended(jobId, 'failed');
    await edit(id, 'Second');
    const paths: Array<[string, string]> = [
      ['GET', `/api/content/${id}/versions`],
      ['GET', `/api/content/${id}/versions/1`],
      ['POST', `/api/content/${id}/versions/1/restore`],
      ['POST', `/api/content/${id}/versions/1/branch`],
      ['POST', `/api/content/${id}/versions/1/dismiss`],
      ['POST', `/api/generations/${jobId}/attempts/1/accept`],
    ];
    for (const [method, path] of paths) {
      expect([path, (await stranger.call(method, path)).body.code]).toEqual([path, 'not_found']);
    }
    await user.call('DELETE', `/api/content/${id}`);
    for (const [method, path] of paths) {
      expect([path, (await user.call(method, path)).body.code]).toEqual([path, 'not_found']);
    }
    expect((await regenerate(id)).body.code).toBe('not_found');
    await user.call('POST', `/api/content/${id}/restore`);
    expect(await story(id)).toEqual(['generated', 'edited']);
    expect((await user.call('GET', `/api/generations/${jobId}/attempts/9`)).body.code).toBe('not_found');
  });

  async function makeDue(jobId: string): Promise<void> {
    await database.query("UPDATE generations SET run_after = now() - interval '5 s' WHERE id = $1", [jobId]);
  }

  async function isWaiting(query: string): Promise<void> {
    await until(async () => {
      const { rowCount } = await database.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
        [query],
      );
      return rowCount === 1;
    });
  }
});
