import type { ContentType } from '@octavo/contracts';
import type { FinishReason, GenerationRequest } from '../provider.ts';
import { parseStory } from '../story/index.ts';
import { isEcho } from './echo.ts';
import { findWrongLanguage } from './language.ts';
import type { LengthLimits } from './length-limits.ts';
import { isOnlyRefusal } from './refusal.ts';
import { isStuck } from './repetition.ts';
import { toWords } from './words.ts';

/** A take as the rules see it. */
export interface Take {
  request: GenerationRequest;
  text: string;
  words: string[];
  finishReason: FinishReason;
  /** The sample writer wrote it: it knows two languages, and says first and last that it is no answer. */
  isSample: boolean;
  limits: LengthLimits;
}

export type QualityCode =
  | 'quality_empty'
  | 'quality_cut_off'
  | 'quality_too_short'
  | 'quality_too_long'
  | 'quality_refused'
  | 'quality_repetitive'
  | 'quality_echo'
  | 'quality_language'
  | 'quality_structure';

/** Whether a rule is broken, or what is to be said of it. */
type Finding = boolean | Record<string, string>;

export interface Rule {
  code: QualityCode;
  /** In the words of the person who waits for the text; what was found goes into its `{{places}}`. */
  reason: string;
  /** Content types that the rule says nothing about. */
  except?: ContentType[];
  isBroken: (take: Take) => Finding | Promise<Finding>;
}

/** In this order; the first broken rule is the reason that is given. Images have no text, and no rules. */
export const rules: Rule[] = [
  {
    code: 'quality_refused',
    reason: 'The model refused to write this.',
    isBroken: ({ finishReason, text, words, request }) =>
      finishReason === 'content-filter' || (isOnlyRefusal(text, words.length) && !isOnlyRefusal(...sourceOf(request))),
  },
  {
    code: 'quality_empty',
    reason: 'The model answered with an empty text.',
    isBroken: ({ words }) => words.length === 0,
  },
  {
    code: 'quality_cut_off',
    reason: 'The text was cut off before it came to an end.',
    isBroken: ({ finishReason }) => finishReason !== 'stop',
  },
  {
    code: 'quality_echo',
    reason: 'The model only repeated the request.',
    // Of a name or a number the translation may be the text itself.
    except: ['translation'],
    isBroken: isEcho,
  },
  {
    code: 'quality_repetitive',
    reason: 'The model got stuck and repeated the same words.',
    isBroken: ({ words, request }) => isStuck(words) && !isStuck(toWords(sourceOf(request)[0])),
  },
  {
    code: 'quality_language',
    reason: 'The text was to be in {{wanted}}, but the model wrote it in {{came}}.',
    // A translation is judged against its source, below.
    except: ['translation'],
    isBroken: async ({ request, text, isSample }) => (!isSample && (await findWrongLanguage(request, text))) || false,
  },
  {
    code: 'quality_structure',
    reason: 'This is not the story that was asked for: {{why}}.',
    isBroken: ({ request, text }) => {
      if (request.contentType !== 'story') return false;
      const wanted = request.input?.paragraphs;
      const reading = parseStory(text, wanted);
      if (!reading.ok) return { why: reading.reason };
      const came = reading.story.paragraphs.length;
      if (wanted === undefined || came === wanted) return false;
      return { why: `it was to have ${paragraphs(wanted)}, and it has ${came}` };
    },
  },
  {
    code: 'quality_too_short',
    reason: 'The text is too short for what was asked.',
    isBroken: ({ words, limits }) => words.length < limits.minWords,
  },
  {
    code: 'quality_too_long',
    reason: 'The text is far too long for what was asked.',
    isBroken: ({ words, limits }) => words.length > limits.maxWords,
  },
];

/** The text that was to be translated, and its number of words: what it says or repeats, its translation may as well. */
function sourceOf(request: GenerationRequest): [text: string, wordCount: number] {
  const source = request.contentType === 'translation' ? request.input.text : '';
  return [source, toWords(source).length];
}

function paragraphs(count: number): string {
  return count === 1 ? 'one paragraph' : `${count} paragraphs`;
}
