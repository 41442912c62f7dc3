import type { GenerationEvent } from '@octavo/contracts';
import { io } from 'socket.io-client';
import { startBaseline } from './lib/child.ts';
import { type Figure, percentile } from './lib/figures.ts';
import { signUp } from './lib/user.ts';
import { type Backend, createWorld } from './lib/world.ts';

const streams = 200;

/** From the moment an upstream sends a word to the moment a client has it: 200 streams of 20 words a second. */
export async function benchLatency(backend: Backend): Promise<Figure[]> {
  const upstream = await startBaseline('timestamp-upstream.ts');
  const world = await createWorld({
    backend,
    tokensPerSecond: 0,
    env: {
      WORKER_CONCURRENCY: String(streams + 20),
      OPENAI_COMPATIBLE_BASE_URL: `${upstream.url}/v1`,
      OPENAI_COMPATIBLE_MODEL: 'times',
    },
  });
  try {
    const api = await world.start('api');
    await world.start('worker');
    const user = await signUp(api.url);
    const socket = io(api.url, { auth: { token: user.token }, transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    const latencies: number[] = [];
    let ended = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('generation:event', (event: GenerationEvent) => {
        if (event.type === 'completed' || event.type === 'failed') {
          ended += 1;
          if (ended === streams) resolve();
        }
        if (event.type !== 'delta') return;
        const now = performance.timeOrigin + performance.now();
        for (const sentAt of event.text.trim().split(' ')) latencies.push(now - Number(sentAt));
      });
    });
    await Promise.all(Array.from({ length: streams }, (_, n) => user.generate(`Stream ${n}`)));
    await all;
    socket.close();
    const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
    return [
      {
        name: `live words on ${backend}: upstream → client, ${streams} streams of 20 a second (${latencies.length} words)`,
        value: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
        baseline: '',
        target: 'p50 ≤ 10 ms, p99 ≤ 100 ms',
        isMet: p50 <= 10 && p99 <= 100,
        raw: { p50Ms: p50, p99Ms: p99, words: latencies.length },
      },
    ];
  } finally {
    upstream.child.kill('SIGKILL');
    await world.stop();
  }
}
