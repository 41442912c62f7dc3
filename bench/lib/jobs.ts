import type { GenerationEvent } from '@octavo/contracts';
import { io } from 'socket.io-client';
import type { Program } from './program.ts';
import { signUp } from './user.ts';

const lanes = 64;

/** A user who has jobs done, and knows of their ends by a socket. */
export async function openJobs(api: Program) {
  const user = await signUp(api.url);
  const socket = io(api.url, { auth: { token: user.token }, transports: ['websocket'] });
  await new Promise<void>((resolve) => socket.on('connect', resolve));
  let ended = 0;
  let failed = 0;
  let onEnd = (): void => undefined;
  socket.on('generation:event', ({ type }: GenerationEvent) => {
    if (type === 'failed') failed += 1;
    if (type !== 'completed' && type !== 'failed') return;
    ended += 1;
    onEnd();
  });
  return {
    user,
    /** Jobs a second, from the first POST to the last end. */
    async rate(jobs: number): Promise<number> {
      const goal = ended + jobs;
      const all = new Promise<void>((resolve) => (onEnd = () => ended >= goal && resolve()));
      const startedAt = performance.now();
      await inLanes(jobs, (n) => user.generate(`Subject ${n} [sandbox:ok words=12]`));
      await all;
      if (failed > 0) throw new Error(`${failed} jobs failed`);
      return jobs / ((performance.now() - startedAt) / 1000);
    },
    close: () => void socket.close(),
  };
}

export async function inLanes(jobs: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let started = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (started < jobs) await work((started += 1));
    }),
  );
}
