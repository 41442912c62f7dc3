import type { KeyedProvider } from '@octavo/providers';
import { EnvelopeError } from '#platform/crypto';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import { z } from 'zod';

/** The keys of providers that admins have stored, as one process knows them: in memory only. */
export interface StoredKeys {
  get(provider: KeyedProvider): string | undefined;
  /** Makes what `get` says at most two seconds old, also where the bus has lost its message. Never rejects. */
  refresh(): Promise<void>;
  /** Call it after a change: resolves when this process knows it; all others are told. */
  changed(): Promise<void>;
  close(): void;
}

const freshMs = 2000;

export function createStoredKeys(deps: {
  /** Those that are stored, still sealed. */
  list: () => Promise<Array<{ name: KeyedProvider; sealed: string }>>;
  open: (name: KeyedProvider, sealed: string) => Promise<string>;
  bus: EventBus;
  log: Logger;
  /** A key has come, changed or gone. */
  onChange: () => Promise<void>;
}): StoredKeys {
  const { bus, log } = deps;
  let known = new Map<KeyedProvider, { sealed: string; key: string | undefined }>();
  let readAtMs = -Infinity;
  let isStale = false;
  /** Whether everybody knows of what is known. */
  let isTold = true;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    isStale = false;
    readAtMs = performance.now();
    const rows = await deps.list();
    const hasChanged =
      rows.length !== known.size || rows.some(({ name, sealed }) => known.get(name)?.sealed !== sealed);
    if (!hasChanged && isTold) return;
    isTold = false;
    const opened = rows.map(async ({ name, sealed }) => {
      const before = known.get(name);
      return [name, before?.sealed === sealed ? before : { sealed, key: await open(name, sealed) }] as const;
    });
    known = new Map(await Promise.all(opened));
    await deps.onChange();
    isTold = true;
  }

  /** One that cannot be opened is as good as none, and nobody else's work stops for it. */
  async function open(name: KeyedProvider, sealed: string): Promise<string | undefined> {
    try {
      return await deps.open(name, sealed);
    } catch (error) {
      // Anything else, a lost connection for one, is no word about the key: the next read tries again.
      if (!(error instanceof EnvelopeError || error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
      log.error({ err: error, provider: name }, 'the stored key of a provider cannot be opened');
      return undefined;
    }
  }

  async function refresh(): Promise<void> {
    // One that is under way may have begun before the change.
    if (isStale) await reading;
    if (!isStale && performance.now() - readAtMs < freshMs) return reading;
    reading ??= read()
      .catch((error: unknown) => {
        isStale = true;
        log.warn({ err: error }, 'stored keys not read, will try again');
      })
      .finally(() => (reading = undefined));
    await reading;
  }

  function readNow(): Promise<void> {
    isStale = true;
    return refresh();
  }

  const stops = [
    bus.subscribe(({ topic }) => {
      if (topic === 'provider-keys') void readNow();
    }),
    bus.onGap(() => void readNow()),
  ];

  return {
    get: (provider) => known.get(provider)?.key,
    refresh,
    async changed() {
      await readNow();
      bus.publish({ topic: 'provider-keys' });
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
