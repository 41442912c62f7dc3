import { capitalise } from './capitalise.ts';
import { fillerSentences } from './filler-sentences.ts';
import type { RequestForm } from './read-form.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SentenceBank } from './sentence-bank.ts';

/** A title and paragraphs: as many as the form asks for, else one for each beat of the story. */
export function writeStory({ story, filler }: SentenceBank, random: SeededRandom, { paragraphs }: RequestForm): string {
  const name = random.pick(story.names);
  const place = random.pick(story.places);
  const title = `# ${capitalise(random.pick(story.titles))}`;
  const beats = story.beats.map((versions) => random.pick(versions));
  const sentence = fillerSentences(filler, random);
  const between = () => Array.from({ length: 5 }, sentence).join(' ');
  return [title, ...setCount(beats, paragraphs ?? beats.length, between)]
    .join('\n\n')
    .replaceAll('{name}', name)
    .replaceAll('{place}', place);
}

/** Exactly `count`: fewer keep the beginning and the end, more get paragraphs of filler before the end. */
function setCount(beats: string[], count: number, between: () => string): string[] {
  if (count === 1) return beats.slice(0, 1);
  const missing = Math.max(0, count - beats.length);
  const ending = beats.slice(-1);
  return [...beats.slice(0, Math.min(count, beats.length) - 1), ...Array.from({ length: missing }, between), ...ending];
}
