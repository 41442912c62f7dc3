import { z } from 'zod';
import { contentType } from './content-types.ts';
import { terminalStatuses } from './names.ts';

/**
 * One entry of a generation's run log, as sockets and SSE carry it.
 *
 * `attempt` and `seq` order the entries of one generation. A `delta` puts `text` at `offset` (UTF-16 code
 * units) of take `attempt`; a reader that already has part of it drops that part, a reader whose text ends
 * before `offset` has missed something and asks for it. A higher `attempt` voids the text of all lower ones.
 */
const base = {
  generationId: z.string(),
  contentId: z.string(),
  attempt: z.int(),
  seq: z.int(),
  /** Length of the take's text before this entry. */
  offset: z.int(),
};

export const generationEvent = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('queued') }),
  z.object({ ...base, type: z.literal('started'), provider: z.string(), model: z.string() }),
  z.object({ ...base, type: z.literal('delta'), text: z.string() }),
  /** The take has made an image; it is among the images of its generation now. */
  z.object({ ...base, type: z.literal('image'), mediaId: z.string() }),
  /** The take failed, or its worker vanished, and another one follows at `retryAt`. */
  z.object({ ...base, type: z.literal('retrying'), code: z.string(), reason: z.string(), retryAt: z.string() }),
  z.object({ ...base, type: z.literal('completed') }),
  z.object({ ...base, type: z.literal('failed'), code: z.string(), reason: z.string() }),
  z.object({ ...base, type: z.literal('cancelled') }),
]);
export type GenerationEvent = z.infer<typeof generationEvent>;
export type GenerationEventType = GenerationEvent['type'];

export function isTerminalEvent(event: Pick<GenerationEvent, 'type'>): boolean {
  return (terminalStatuses as readonly string[]).includes(event.type);
}

const documented = { contentId: z.string(), jobId: z.string(), timestamp: z.string() };

export const contentGenerationStarted = z.object({ ...documented, status: z.literal('processing') });
export const contentGenerationCompleted = z.object({
  ...documented,
  status: z.literal('completed'),
  title: z.string(),
  contentType,
  generatedText: z.string(),
});
export const contentGenerationFailed = z.object({
  ...documented,
  status: z.literal('failed'),
  failureReason: z.string(),
});

/** Every event a socket may receive: name and payload. */
export interface ServerToClientEvents {
  'content:generation:started': (payload: z.infer<typeof contentGenerationStarted>) => void;
  'content:generation:completed': (payload: z.infer<typeof contentGenerationCompleted>) => void;
  'content:generation:failed': (payload: z.infer<typeof contentGenerationFailed>) => void;
  'generation:event': (event: GenerationEvent) => void;
  /** Live events may have been missed: read again what you are watching. */
  'generation:resync': () => void;
  /** The socket's access token has expired; the server closes the socket right after. Reconnect with a new one. */
  'session:expired': () => void;
}

/** A socket sends nothing: everything it may ask for is HTTP. */
export type ClientToServerEvents = Record<string, never>;
