import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationAccepted, GenerationView, Session, Success } from '@octavo/contracts';
import { createClient, createMemoryStore, watchGeneration } from '@octavo/sdk';
import { Redis } from 'ioredis';
import { io } from 'socket.io-client';
import { type Backend, createWorld } from '../lib/world.ts';
import { readToEnd } from './reader.ts';
import { type Verdict, verify } from './verify.ts';

export interface FaultPlan {
  backend: Backend;
  jobs: number;
  kills: number;
  databaseRestarts: number;
  redisFlushes: number;
  /** How many of the jobs are watched, by an event stream and by a socket each. */
  watched: number;
}

/**
 * Accepts jobs on two APIs and runs them on two workers while both are killed, the database loses its power and the
 * queue its data, and says what came of every job and every reader.
 */
export async function runFaults(plan: FaultPlan, say: (line: string) => void = () => {}): Promise<Verdict> {
  const world = await createWorld({
    backend: plan.backend,
    tokensPerSecond: 150,
    env: {
      LEASE_MS: '3000',
      SWEEP_INTERVAL_MS: '500',
      GENERATION_BACKOFF_MS: '100',
      WORKER_CONCURRENCY: '30',
      DATABASE_POOL_SIZE: '8',
    },
  });
  try {
    const apis = [await world.start('api'), await world.start('api')];
    const workers = [await world.start('worker'), await world.start('worker')];
    const urls = (): string[] => apis.map(({ url }) => url);
    const session = await persist<Session>(urls, '/api/auth/register', {
      email: 'faults@example.org',
      password: 'correct horse battery',
      firstName: 'F',
      lastName: 'F',
    });

    const accepted: string[] = [];
    const readings: Array<Promise<string[]>> = [];
    const submitting = submitAll();
    const havoc = wreak();
    await Promise.all([submitting, havoc]);
    say(`${accepted.length} jobs accepted, ${plan.kills} processes killed; waiting for the rest`);
    const readerFaults = (await within(180_000, Promise.all(readings))).flat();
    await within(180_000, allEnded());
    const verdict = await verify(world.databaseUrl, accepted);
    return { ...verdict, faults: [...verdict.faults, ...readerFaults] };

    async function submitAll(): Promise<void> {
      const lanes = Array.from({ length: 10 }, async (_, lane) => {
        for (let n = lane; n < plan.jobs; n += 10) {
          const body = {
            title: `Job ${n}`,
            contentType: 'social',
            prompt: `Subject number ${n} [sandbox:ok words=60]`,
          };
          const { jobId } = await persist<GenerationAccepted>(
            urls,
            '/api/content/generate',
            body,
            session.access_token,
          );
          accepted.push(jobId);
          if (n < plan.watched) readings.push(watchBySse(jobId), watchBySocket(jobId, n));
          // Slow enough that the faults meet jobs in every state.
          await sleep(plan.jobs > 500 ? 150 : 60);
        }
      });
      await Promise.all(lanes);
    }

    async function wreak(): Promise<void> {
      const programs = [...apis, ...workers];
      for (let n = 0; n < plan.kills; n += 1) {
        await sleep(400 + Math.random() * 500);
        const victim = programs[Math.floor(Math.random() * programs.length)]!;
        await victim.kill('SIGKILL');
        say(`kill -9 ${victim.name}`);
        await restart(victim);
        if (isDue(n, plan.databaseRestarts)) {
          say('PostgreSQL loses its power');
          await world.restartPostgres();
        }
        if (isDue(n, plan.redisFlushes) && world.redisUrl !== undefined) {
          say('Redis is flushed');
          const redis = new Redis(world.redisUrl);
          await redis.flushall();
          redis.disconnect();
        }
      }
      // A process may have met the database while it was down, and given up.
    }

    async function restart(victim: (typeof apis)[number]): Promise<void> {
      for (;;) {
        try {
          await victim.start();
          return;
        } catch {
          await sleep(200);
        }
      }
    }

    /** `times` of the kills, spread evenly, come with another fault. */
    function isDue(n: number, times: number): boolean {
      return times > 0 && Math.floor(((n + 1) * times) / plan.kills) > Math.floor((n * times) / plan.kills);
    }

    async function watchBySse(generationId: string): Promise<string[]> {
      const reading = await readToEnd({ apis: urls, token: session.access_token, generationId });
      const stored = await storedText(generationId);
      return [
        ...reading.faults.map((fault) => `stream of ${generationId}: ${fault}`),
        ...(stored.status === 'completed' && reading.text !== stored.text
          ? [`stream of ${generationId}: the text differs`]
          : []),
      ];
    }

    async function watchBySocket(generationId: string, n: number): Promise<string[]> {
      const client = createClient({
        baseUrl: '',
        session: createMemoryStore(session),
        fetch: (path, init) => fetch(`${urls()[n % 2]}${path as string}`, init),
      });
      const socket = io(urls()[n % 2]!, {
        auth: { token: session.access_token },
        transports: ['websocket'],
        forceNew: true,
      });
      const last = await new Promise<{ status: string; text: string }>((resolve) => {
        watchGeneration({
          generationId,
          socket,
          fetchSnapshot: () => client.generation(generationId),
          onChange: (state) => ['completed', 'failed', 'cancelled'].includes(state.status) && resolve(state),
        });
      });
      socket.close();
      const stored = await storedText(generationId);
      return last.text === stored.text && last.status === stored.status
        ? []
        : [`socket of ${generationId}: the text differs`];
    }

    async function storedText(id: string): Promise<GenerationView> {
      for (;;) {
        for (const url of urls()) {
          const answer = await get<GenerationView>(`${url}/api/generations/${id}`, session.access_token);
          if (answer) return answer;
        }
        await sleep(200);
      }
    }

    async function allEnded(): Promise<void> {
      for (const id of accepted) {
        while (!['completed', 'failed', 'cancelled'].includes((await storedText(id)).status)) await sleep(200);
      }
    }
  } finally {
    await world.stop();
  }
}

async function get<T>(url: string, token: string): Promise<T | undefined> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    return response.ok ? ((await response.json()) as Success<T>).data : undefined;
  } catch {
    return undefined;
  }
}

/** Posts as a careful client does: under one idempotency key, to the next server if one does not answer. */
async function persist<T>(urls: () => string[], path: string, body: unknown, token?: string): Promise<T> {
  const key = randomUUID();
  for (let turn = Math.floor(Math.random() * 2); ; turn += 1) {
    const url = urls()[turn % 2];
    try {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      if (response.ok) return ((await response.json()) as Success<T>).data;
      if (response.status < 500) throw new Refused(`${path}: HTTP ${response.status} ${await response.text()}`);
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    await sleep(100);
  }
}

class Refused extends Error {}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = sleep(ms, undefined, { ref: false }).then(() => Promise.reject(new Error(`not done after ${ms} ms`)));
  return Promise.race([work, late]) as Promise<T>;
}
