import type { GenerationRequest } from '../provider.ts';
import { toWords } from './words.ts';

/**
 * Below these a guess is worth nothing: "Explain loops in JavaScript" is taken for Dutch, "Напиши пост о чае" for Serbian.
 * Measured in language.test.ts.
 */
const minTextWords = 25;
const minPromptWords = 8;
/** By how much the guess has to be likelier than the next one (a prompt), or than the wanted language (a text). */
const minLead = 0.1;
const maxCharsRead = 8000;
const promptEndChars = 300;

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
  const wanted = wantedLanguage(request, eld);
  if (wanted === undefined) return undefined;

  const guess = eld.detect(prose);
  const scores = guess.getScores();
  const came = guess.language;
  if (!guess.isReliable() || isSame(came, wanted)) return undefined;
  if ((scores[came] ?? 0) - (scores[wanted] ?? 0) < minLead) return undefined;
  const middle = Math.floor(prose.length / 2);
  const isMixed = [prose.slice(0, middle), prose.slice(middle)].some((half) =>
    isSame(eld.detect(half).language, wanted),
  );
  return isMixed ? undefined : { wanted: nameOf(wanted), came: nameOf(came) };
}

/** The language to expect, as the detector calls it; undefined when nothing can be expected. */
function wantedLanguage(request: GenerationRequest, eld: Detector): string | undefined {
  const asked = 'input' in request && request.input && 'language' in request.input ? request.input.language : undefined;
  if (asked !== undefined) return detectable(asked);
  // Who names a language may want the text in it.
  if (languageNames.test(`${request.title}\n${request.prompt}`)) return undefined;
  return promptLanguage(proseOf(request.prompt), eld);
}

/** Of one piece: "Summarise this:" with a page in another language below it says nothing of the summary's language. */
function promptLanguage(prompt: string, eld: Detector): string | undefined {
  const pieces = [prompt, prompt.slice(0, promptEndChars), prompt.slice(-promptEndChars)];
  const languages = pieces.map((piece) => {
    if (toWords(piece).length < minPromptWords) return undefined;
    const guess = eld.detect(piece);
    const [first = 0, second = 0] = Object.values(guess.getScores()).toSorted((a, b) => b - a);
    return guess.isReliable() && first - second >= minLead ? guess.language : undefined;
  });
  return languages.every((language) => language === languages[0]) ? languages[0] : undefined;
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
const languageNames = new RegExp(
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
