import { type GenerationEvent, type GenerationEventType, isTerminalEvent } from '@octavo/contracts';
import { toEventBody } from '#features/runs';
import type { EventRow } from '#platform/db';
import type { EventBus } from '#platform/realtime';
import type { GenerationRepository, LogPosition } from './repository.ts';

/** A reader that hears nothing looks into the log this often: the bus may lose a message, the log does not. */
const safetyIntervalMs = 5000;

/**
 * The run log of one generation from a position on: first what the database holds, then what comes live, each
 * word once and in order, until the generation ends or `signal` aborts.
 */
export async function* followGeneration(
  deps: { repository: Pick<GenerationRepository, 'eventsFrom'>; bus: Pick<EventBus, 'subscribe' | 'onGap'> },
  generation: { id: string; contentId: string },
  from: LogPosition,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void, undefined> {
  const position = { ...from };
  let live: GenerationEvent[] = [];
  // The first look into the log is owed from the start.
  let mustRead = true;
  let wake = () => {};

  const stops = [
    deps.bus.subscribe((message) => {
      if (message.topic !== 'generation' || message.event.generationId !== generation.id) return;
      live.push(message.event);
      wake();
    }),
    deps.bus.onGap(readAgain),
  ];
  const safety = setInterval(readAgain, safetyIntervalMs);
  signal.addEventListener('abort', wakeUp);

  try {
    while (!signal.aborted) {
      if (mustRead) {
        mustRead = false;
        for (const row of await deps.repository.eventsFrom(generation.id, position)) {
          const event = advance(position, toEvent(row, generation.contentId));
          if (event) yield event;
          // Words that died with their worker had higher numbers than the end that came in their place.
          else if (isEnd(row) && isOtherwise(row, position)) yield toEvent(row, generation.contentId);
          if (isEnd(row)) return;
        }
      }
      const events = live;
      live = [];
      for (const event of events) {
        // All but words are in the log before they are announced, and so is what went before them: read it there.
        if (event.type !== 'delta' || !continues(position, event)) {
          mustRead ||= isTerminalEvent(event) || isAhead(position, event);
          continue;
        }
        const news = advance(position, event);
        if (news) yield news;
      }
      if (!mustRead && live.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    for (const stop of stops) stop();
    clearInterval(safety);
    signal.removeEventListener('abort', wakeUp);
  }

  function readAgain(): void {
    mustRead = true;
    wake();
  }
  function wakeUp(): void {
    wake();
  }
}

function continues(position: LogPosition, event: GenerationEvent): boolean {
  return event.attempt === position.attempt && event.offset <= position.offset;
}

function isAhead(position: LogPosition, event: GenerationEvent): boolean {
  if (event.attempt !== position.attempt) return event.attempt > position.attempt;
  return event.type === 'delta' ? event.offset > position.offset : event.seq > position.seq;
}

/** Moves the position past the event. @returns what of it is news, or undefined when nothing is */
function advance(position: LogPosition, event: GenerationEvent): GenerationEvent | undefined {
  const isNewTake = event.attempt > position.attempt;
  if (event.attempt < position.attempt) return undefined;
  if (event.type !== 'delta') {
    if (!isNewTake && event.seq <= position.seq) return undefined;
    Object.assign(position, { attempt: event.attempt, seq: event.seq, ...(isNewTake && { offset: 0 }) });
    return event;
  }
  // Never less than nothing: a reader that sees words beyond its text asks for what it lacks.
  const known = isNewTake ? 0 : Math.max(0, position.offset - event.offset);
  if (known >= event.text.length) {
    position.seq = Math.max(position.seq, event.seq);
    return undefined;
  }
  const news = { ...event, offset: event.offset + known, text: event.text.slice(known) };
  Object.assign(position, { attempt: event.attempt, seq: event.seq, offset: news.offset + news.text.length });
  return news;
}

/** Whether the take went on otherwise than its reader has seen. */
function isOtherwise(row: EventRow, position: LogPosition): boolean {
  return row.attempt === position.attempt && (row.seq !== position.seq || row.text_offset !== position.offset);
}

export function isEnd(row: Pick<EventRow, 'type'>): boolean {
  return isTerminalEvent({ type: row.type as GenerationEventType });
}

function toEvent(row: EventRow, contentId: string): GenerationEvent {
  const body = toEventBody({ ...row, offset: row.text_offset });
  return { generationId: row.generation_id, contentId, attempt: row.attempt, ...body } as GenerationEvent;
}
