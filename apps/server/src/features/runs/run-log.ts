import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationEvent } from '@octavo/contracts';
import type { Fence, GenerationRow } from '#platform/db';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import type { LogEntry, RunRepository } from './run.repository.ts';

/** The log of one take while it is being written. */
export interface TakeLog {
  readonly text: string;
  /** Tells the readers at once, and the database at the next flush. */
  append(text: string): void;
  /** Notes an image that is stored already; readers hear of it when it is in the log. */
  image(mediaId: string): void;
  readonly images: string[];
  /** Waits for a flush that is under way; what is not in the database yet goes into the statement that ends the take. */
  close(): Promise<LogEntry[]>;
  /** The next entry, for the event that ends the take. */
  next(type: GenerationEvent['type'], data: LogEntry['data']): LogEntry;
}

interface Take extends TakeLog {
  fence: Fence;
  /** Not known to be in the database yet. */
  entries: LogEntry[];
  /** The first `flying` of them are on their way right now. */
  flying: number;
  /** The first `sent` of them were on their way once, and may be in the database as they were: they never change again. */
  sent: number;
  onFenced: () => void;
  generation: GenerationRow;
}

/**
 * Writes the run logs of all takes of this process: words go out on the bus at once (those of one turn of the event
 * loop together), and into the database in one multi-row insert for all takes, a short while after the first word
 * that waits.
 */
export function createRunLog(deps: {
  repository: RunRepository;
  bus: EventBus;
  log: Logger;
  flushIntervalMs?: number;
}) {
  const { repository, bus, log, flushIntervalMs = 50 } = deps;
  const takes = new Set<Take>();
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    await sleep(flushIntervalMs);
    const writes = [...takes].flatMap((take) => {
      take.flying = take.sent = take.entries.length;
      return take.entries.map((entry) => ({ take, fence: take.fence, entry }));
    });
    if (writes.length === 0) return;
    try {
      const ours = await repository.append(writes);
      for (const take of new Set(writes.map((write) => write.take))) {
        if (!ours(take)) take.onFenced();
        take.entries.splice(0, take.flying);
        take.sent = 0;
      }
      // All but words are told when they can be read.
      for (const { take, entry } of writes) if (entry.type === 'image') publish(take.generation, toEventBody(entry));
    } catch (error) {
      // They stay where they are and go with the next flush, or with the end of the take.
      log.warn({ err: error, takes: takes.size }, 'run log not written, will try again');
    } finally {
      for (const { take } of writes) take.flying = 0;
    }
  }

  function flushSoon(): void {
    flushing ??= flush().finally(() => {
      flushing = undefined;
      if ([...takes].some((take) => take.entries.length > 0)) flushSoon();
    });
  }

  return {
    open(generation: GenerationRow, onFenced: () => void): TakeLog {
      // Entry 1 is `started`; see the statement that begins a take.
      let seq = 1;
      const parts: string[] = [];
      let length = 0;
      let unsaid: { offset: number; text: string } | undefined;

      const say = (): void => {
        if (!unsaid) return;
        publish(generation, { seq, type: 'delta', ...unsaid });
        unsaid = undefined;
      };

      const take: Take = {
        fence: { generationId: generation.id, attempt: generation.attempt },
        entries: [],
        flying: 0,
        sent: 0,
        onFenced,
        generation,
        get text() {
          return parts.join('');
        },
        append(text) {
          const offset = length;
          parts.push(text);
          length += text.length;
          let entry = take.entries[take.entries.length - 1];
          if (entry?.type === 'delta' && take.entries.length > take.sent) {
            entry.text += text;
          } else {
            entry = { seq: (seq += 1), type: 'delta', offset, text, data: null };
            take.entries.push(entry);
          }
          if (unsaid) {
            unsaid.text += text;
          } else {
            unsaid = { offset, text };
            setImmediate(say);
          }
          flushSoon();
        },
        images: [],
        image(mediaId) {
          say();
          const entry: LogEntry = { seq: (seq += 1), type: 'image', offset: length, text: '', data: { mediaId } };
          take.entries.push(entry);
          take.images.push(mediaId);
          flushSoon();
        },
        next: (type, data) => ({ seq: (seq += 1), type, offset: length, text: '', data }),
        async close() {
          say();
          takes.delete(take);
          if (take.flying > 0) await flushing;
          return take.entries;
        },
      };
      takes.add(take);
      return take;
    },

    /** Tells the readers of an entry that the database holds already. */
    announce(generation: GenerationRow, entry: LogEntry): void {
      publish(generation, toEventBody(entry));
    },
  };

  function publish(generation: GenerationRow, body: EventBody): void {
    const event = {
      generationId: generation.id,
      contentId: generation.content_id,
      attempt: generation.attempt,
      ...body,
    };
    bus.publish({ topic: 'generation', userId: generation.user_id, event: event as GenerationEvent });
  }
}

export type RunLog = ReturnType<typeof createRunLog>;

interface EventBody {
  seq: number;
  offset: number;
  type: GenerationEvent['type'];
  text?: string;
}

/** An entry of the log in the words of the contract. */
export function toEventBody(entry: Pick<LogEntry, 'seq' | 'type' | 'offset' | 'text' | 'data'>): EventBody {
  const { seq, offset } = entry;
  const type = entry.type as GenerationEvent['type'];
  return { seq, offset, type, ...(type === 'delta' ? { text: entry.text } : entry.data) };
}
