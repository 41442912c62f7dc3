import type { GenerationEvent } from '@octavo/contracts';
import { io } from 'socket.io-client';
import { startBaseline } from './lib/child.ts';
import { type Figure, percentile } from './lib/figures.ts';
import { signUp } from './lib/user.ts';
import { type Backend, createWorld } from './lib/world.ts';

const streams = 200;
/** Run before, so that the code of the whole path is warm. */
const warmUp = 20;

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
    const writing = new Set<string>();
    let ended = 0;
    let onEnd = (): void => undefined;
    socket.on('generation:event', (event: GenerationEvent) => {
      if (event.type === 'completed' || event.type === 'failed') {
        ended += 1;
        onEnd();
      }
      if (event.type !== 'delta') return;
      writing.add(event.generationId);
      const now = performance.timeOrigin + performance.now();
      // Words count from the moment all streams are there: until then there are fewer.
      if (writing.size < warmUp + streams) return;
      for (const sentAt of event.text.trim().split(' ')) latencies.push(now - Number(sentAt));
    });
    for (const round of [warmUp, streams]) {
      const goal = ended + round;
      const all = new Promise<void>((resolve) => (onEnd = () => ended >= goal && resolve()));
      await Promise.all(Array.from({ length: round }, (_, n) => user.generate(`Stream ${n}`)));
      await all;
    }
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
