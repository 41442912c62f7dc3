import type { Call, Ending } from '../dialects/dialect.ts';
import { InvalidCall } from '../dialects/invalid-call.ts';
import type { CallCounter } from '../directive/call-counter.ts';
import type { Fault } from '../directive/faults.ts';
import { drawSample } from '../drawing/draw-sample.ts';

/** Faults of texts that an image cannot have. */
const wordsOnly = new Set<Fault | undefined>(['end-early', 'length', 'repeat', 'echo']);

/** The images of a call, all different, also from those of other calls with the same prompt. @throws InvalidCall */
export async function draw(
  { prompt, drawings, stream }: Call,
  fault: Fault | undefined,
  counter: CallCounter,
): Promise<{ tokens: string[]; ending: Ending; images: Buffer[] }> {
  if (wordsOnly.has(fault)) throw new InvalidCall(`sandbox: an image has no fault "${fault}"`);
  if (stream) throw new InvalidCall('sandbox: images are not streamed');
  const images: Buffer[] = [];
  if (drawings && fault !== 'empty' && fault !== 'refuse') {
    while (images.length < drawings.count)
      images.push(await drawSample(drawings, prompt, counter.next(`draw\n${prompt}`)));
  }
  return { tokens: [], ending: fault === 'refuse' ? 'blocked' : 'stop', images };
}
