import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isLanguageCode, type LanguageCode, languagesOf, scriptOf } from '@octavo/contracts';
import type { eld as Eld } from 'eld';
import { mainScript } from './scripts.ts';
import { splitMarkdown } from './split-markdown.ts';

/** Below this many letters a guess is a coin toss. */
const minLetters = 12;
/** As much as the detector reads. */
const maxChars = 1000;

/**
 * The language that a text is written in; undefined when that is not certain, and for the many languages that the
 * detector does not know. Code, addresses and the like are not looked at.
 */
export function detectLanguage(text: string): LanguageCode | undefined {
  const words = proseOf(text);
  if ((words.match(/\p{L}/gu) ?? []).length < minLetters) return undefined;
  const guess = detector().detect(words);
  if (!guess.isReliable()) return undefined;
  const script = mainScript(words);
  // One ISO code can stand for several scripts, or for a language in a script that NLLB has no code for.
  return languagesOf(guess.language).find((code) => scriptOf(code) === script);
}

/** What the user says, or what the text shows; undefined when neither tells. */
export function sourceLanguage(input: { text: string; source?: string | undefined }): LanguageCode | undefined {
  return input.source !== undefined && isLanguageCode(input.source) ? input.source : detectLanguage(input.text);
}

function proseOf(text: string): string {
  let prose = '';
  // More than is read in the end, because addresses and marks still come off.
  for (const piece of splitMarkdown(text.slice(0, maxChars * 10))) {
    if (piece.kind === 'keep') continue;
    prose += ` ${piece.text.replaceAll(/<[^<>]{1,200}>|`[^`]{1,200}`|https?:\/\/\S{1,500}|(?<!\S)\S{1,64}@\S{1,64}|[{[(][\w$. -]{1,60}[}\])]/g, ' ')}`;
    if (prose.length > maxChars) break;
  }
  return prose.slice(0, maxChars);
}

let loaded: typeof Eld | undefined;

/** Loaded with its tables (30 MB) when the first text comes; a process that detects nothing never pays for it. */
function detector(): typeof Eld {
  if (!loaded) {
    // `require` because nobody here can wait, and by file because the package only names an entry for `import`.
    const file = fileURLToPath(import.meta.resolve('eld/extrasmall'));
    loaded = (createRequire(import.meta.url)(file) as { eld: typeof Eld }).eld;
  }
  return loaded;
}
