import type { Picture } from '../drawing/picture.ts';
import { capitalise } from './capitalise.ts';
import { detectKind } from './detect-kind.ts';
import { detectLanguage } from './detect-language.ts';
import { findTopic } from './find-topic.ts';
import { readForm, type RequestForm } from './read-form.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';
import { describePicture } from './describe-picture.ts';
import { sentenceBanks, type SentenceBank } from './sentence-bank.ts';
import { setLength } from './set-length.ts';
import type { TextKind } from './text-kind.ts';
import { writeStory } from './write-story.ts';

export interface SampleRequest {
  model: string;
  system: string;
  prompt: string;
  seed: number;
  /** Exact number of words (runs of non-space, Markdown marks included); undefined is the natural length of the kind. */
  words: number | undefined;
  /** Where there is one, it is described instead of writing about the prompt. */
  pictures?: Picture[];
}

/**
 * A sample text in Markdown: the same text for the same request, about the topic asked for, which says in its first
 * and in its last line that it is a sample and that no AI model wrote it.
 */
export function writeSample(request: SampleRequest): string {
  const language = detectLanguage(request);
  const bank = sentenceBanks[language];
  const random = seededRandom(`${request.seed}\n${request.prompt}`);
  const [picture] = request.pictures ?? [];
  if (picture) {
    const description = describePicture(picture, { language, prompt: request.prompt, random });
    return request.words === undefined
      ? description
      : setLength({ body: description, bank, random, words: request.words });
  }
  const topic = findTopic(request.prompt) ?? bank.noTopic;
  const body = writers[detectKind(request)](bank, random, readForm(request.prompt))
    .replace(/^# \{topic\}/, () => `# ${capitalise(topic)}`)
    .replaceAll('{topic}', () => topic);
  if (request.words !== undefined) return setLength({ body, bank, random, words: request.words });
  return `${bank.notice.opening}\n\n${body}\n\n${bank.notice.closing}`;
}

const writers: Record<TextKind, (bank: SentenceBank, random: SeededRandom, form: RequestForm) => string> = {
  blog({ blog }, random) {
    const sections = random.sample(blog.sections, 4).map(({ heading, sentences }) => {
      const skipped = random.below(sentences.length);
      return `## ${heading}\n\n${sentences.filter((_, index) => index !== skipped).join(' ')}`;
    });
    return [
      `# ${capitalise(random.pick(blog.titles))}`,
      random.pick(blog.intros),
      ...sections,
      `## ${blog.listHeading}`,
      list(random.sample(blog.listItems, 5)),
      random.pick(blog.endings),
    ].join('\n\n');
  },
  product({ product }, random) {
    return [
      `# ${random.pick(product.titles)}`,
      random.pick(product.intros),
      `## ${product.listHeading}`,
      list(random.sample(product.listItems, 4)),
      random.pick(product.uses),
      random.pick(product.endings),
    ].join('\n\n');
  },
  social({ social }, random) {
    return [
      random.pick(social.hooks),
      random.pick(social.bodies),
      `${random.pick(social.questions)} ${social.tags}`,
    ].join('\n\n');
  },
  story: writeStory,
};

function list(items: string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
