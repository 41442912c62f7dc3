import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationEvent } from '@octavo/contracts';

/** What a reader of the event stream has in the end. */
export interface Reading {
  text: string;
  ends: string[];
  /** Words that came twice, were missing, or came out of order: none is right. */
  faults: string[];
}

/** Reads a generation's event stream to its end as a program would: coming back with Last-Event-ID whenever it breaks. */
export async function readToEnd(options: {
  apis: () => string[];
  token: string;
  generationId: string;
}): Promise<Reading> {
  const reading: Reading = { text: '', ends: [], faults: [] };
  let lastId = '';
  let attempt = 0;
  for (let turn = 0; reading.ends.length === 0; turn += 1) {
    const apis = options.apis();
    const api = apis[turn % apis.length];
    try {
      const response = await fetch(`${api}/api/generations/${options.generationId}/events`, {
        headers: { authorization: `Bearer ${options.token}`, ...(lastId !== '' && { 'last-event-id': lastId }) },
      });
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
      let rest = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          const id = /^id: (.*)$/m.exec(frame)?.[1];
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (id === undefined || data === undefined) continue;
          lastId = id;
          apply(JSON.parse(data) as GenerationEvent);
        }
      }
    } catch {
      await sleep(100);
    }
  }
  return reading;

  function apply(event: GenerationEvent): void {
    if (event.attempt < attempt) reading.faults.push(`take ${event.attempt} after take ${attempt}`);
    if (event.attempt > attempt) {
      attempt = event.attempt;
      reading.text = '';
    }
    if (event.type === 'delta') {
      if (event.offset !== reading.text.length) reading.faults.push(`offset ${event.offset} at ${reading.text.length}`);
      reading.text += event.text;
    } else if (event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled') {
      reading.ends.push(event.type);
    }
  }
}
