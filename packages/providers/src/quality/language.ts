import type { GenerationRequest } from '../provider.ts';
import { toWords } from './words.ts';

/**
 * Below these a guess is worth nothing: "Explain loops in JavaScript" is taken for Dutch, "Напиши пост о чае" for Serbian.
 * Measured in language.test.ts.
 */
const minTextWords = 25;
const minPromptWords = 8;
/** By how much a text has to be likelier in its own language than in the wanted one, and a prompt the other way round. */
const minLead = 0.1;
const maxCharsRead = 8000;

/** Languages whose texts are taken for each other. */
const lookalikes = [
  ['no', 'da'],
  ['cs', 'sk'],
  ['hr', 'sl', 'sr'],
  ['hi', 'mr'],
  ['az', 'tr'],
  ['ru', 'be', 'uk', 'bg', 'sr'],
];

type Detector = (typeof import('eld/extrasmall'))['eld'];

/** Their names in English: "Spanish". */
export type LanguageMismatch = Record<'wanted' | 'came', string>;

/**
 * Whether a text is surely in another language than the one that was asked for, or, where none was, than the user's
 * words. In doubt it is not: texts that are short, mixed or in a language that cannot be told are let pass.
 */
export async function findWrongLanguage(
  request: GenerationRequest,
  text: string,
): Promise<LanguageMismatch | undefined> {
  const prose = proseOf(text);
  if (toWords(prose).length < minTextWords) return undefined;
  // 30 MB that only a process which judges texts has to hold.
  const { eld } = await import('eld/extrasmall');
  const guess = eld.detect(prose);
  const came = guess.language;
  const wanted = wantedLanguage(request, eld, came);
  if (wanted === undefined || !guess.isReliable() || isSame(came, wanted)) return undefined;
  const middle = Math.floor(prose.length / 2);
  const halves = [prose.slice(0, middle), prose.slice(middle)].map((half) => eld.detect(half));
  return leads(guess, came, wanted) && halves.every((half) => !isSame(half.language, wanted))
    ? { wanted: nameOf(wanted), came: nameOf(came) }
    : undefined;
}

/** The language to expect, as the detector calls it; undefined when nothing can be expected. */
function wantedLanguage(request: GenerationRequest, eld: Detector, came: string): string | undefined {
  const asked = 'input' in request && request.input && 'language' in request.input ? request.input.language : undefined;
  if (asked !== undefined) return detectable(asked);
  // Who names a language may want the text in it.
  if (languageNames().test(`${request.title}\n${request.prompt}`)) return undefined;
  // "Summarise this:" with a page in another language below says nothing of the summary's: all parts have to agree.
  const prompt = proseOf(request.prompt);
  const parts = prompt.split(/\n|:\s/).filter((part) => part.trim() !== '');
  const pieces = [prompt, parts[0] ?? '', parts.at(-1) ?? ''];
  if (pieces.some((piece) => toWords(piece).length < minPromptWords)) return undefined;
  const guesses = pieces.map((piece) => eld.detect(piece));
  const wanted = guesses[0]?.language;
  const isSure = guesses.every(
    (guess) => guess.language === wanted && guess.isReliable() && leads(guess, wanted, came),
  );
  return isSure ? wanted : undefined;
}

function leads(guess: ReturnType<Detector['detect']>, one: string, other: string): boolean {
  const scores = guess.getScores();
  return (scores[one] ?? 0) - (scores[other] ?? 0) >= minLead;
}

function isSame(one: string, other: string): boolean {
  return one === other || lookalikes.some((group) => group.includes(one) && group.includes(other));
}

/** Code and addresses are in no language. */
function proseOf(text: string): string {
  return text
    .slice(0, maxCharsRead)
    .replaceAll(/^(```|~~~)[\s\S]*?(?:^\1|$(?![\s\S]))/gm, ' ')
    .replaceAll(/`[^`\n]*`|https?:\/\/\S+|[#@][\p{L}\p{N}_]+/gu, ' ');
}

/** What the detector knows, by ISO 639-1; its Kurdish is the one in Arabic letters, its Serbian the one in Cyrillic. */
const known = (
  'am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko lo lt lv ml mr ms nl no or pa ' +
  'pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh'
).split(' ');
const otherNames: Record<string, string> = { nb: 'no', nn: 'no', fil: 'tl', yue: 'zh' };

/** @param code as NLLB writes it, e.g. `spa_Latn` */
function detectable(code: string): string | undefined {
  const { language, script } = new Intl.Locale(code.replace('_', '-'));
  const name = otherNames[language] ?? language;
  if (!known.includes(name)) return undefined;
  const isUsualScript = name === 'zh' || new Intl.Locale(name).maximize().script === script;
  return isUsualScript ? name : undefined;
}

const english = new Intl.DisplayNames(['en'], { type: 'language' });
const nameOf = (language: string) => english.of(language) ?? language;

/** The names of all these languages in some languages people write in, and what each calls itself. */
function languageNames(): RegExp {
  languageNamesRead ??= new RegExp(
    String.raw`(?<!\p{L})(?:${[
      ...new Set(
        known.flatMap((code) =>
          ['en', 'es', 'fr', 'de', 'pt', 'it', code].map((reader) =>
            new Intl.DisplayNames([reader], { type: 'language' }).of(code)?.replaceAll(/[^\p{L}\p{M} ]/gu, ''),
          ),
        ),
      ),
      'castellano',
      'bilingual',
      'biling[üu]e',
      'translat[a-z]*',
      'traduc[a-z]*',
      'traduz[a-z]*',
      '中文',
    ].join('|')})`,
    'iu',
  );
  return languageNamesRead;
}

/** Put together once: each language's names are read from tables of some size. */
let languageNamesRead: RegExp | undefined;
