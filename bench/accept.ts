import autocannon from 'autocannon';
import { startBaseline } from './lib/child.ts';
import { type Figure, median } from './lib/figures.ts';
import { signUp } from './lib/user.ts';
import { createWorld } from './lib/world.ts';

const seconds = 5;
const rounds = 3;

/** POST generate → 202 at 64 connections, against a bare Fastify route with one INSERT; in turn, on the same database. */
export async function benchAccept(): Promise<Figure[]> {
  const world = await createWorld({ backend: 'postgres', tokensPerSecond: 0 });
  const bare = await startBaseline('fastify-insert.ts', [world.databaseUrl]);
  try {
    const api = await world.start('api');
    const { token } = await signUp(api.url);
    const body = JSON.stringify({
      title: 'Bench',
      contentType: 'blog',
      prompt: 'The history of tea in three hundred words',
    });
    const load = (url: string) =>
      autocannon({
        url,
        connections: 64,
        duration: seconds,
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      });
    const octavo: number[] = [];
    const baseline: number[] = [];
    await load(`${bare.url}/insert`);
    await load(`${api.url}/api/content/generate`);
    for (let round = 0; round < rounds; round += 1) {
      const one = await load(`${bare.url}/insert`);
      const two = await load(`${api.url}/api/content/generate`);
      if (one.non2xx + two.non2xx + one.errors + two.errors > 0) throw new Error('some requests failed');
      baseline.push(one.requests.average);
      octavo.push(two.requests.average);
    }
    const ratio = median(baseline.map((value, round) => value / octavo[round]!));
    return [
      {
        name: 'accept: POST generate → 202, 64 connections',
        value: `${median(octavo).toFixed(0)} /s (${ratio.toFixed(2)}x the time)`,
        baseline: `${median(baseline).toFixed(0)} /s`,
        target: '≤ 2x',
        isMet: ratio <= 2,
        raw: { ratio, octavoPerSecond: median(octavo), baselinePerSecond: median(baseline) },
      },
    ];
  } finally {
    bare.child.kill('SIGKILL');
    await world.stop();
  }
}
