/** How models mark what is what in a story: data, in English, Spanish and the languages that follow their ways. */

const chapterLine =
  /^(?:(?:chapter|cap[ií]tulo|chapitre|kapitel|capitolo)\s+[\p{L}\p{N}]{1,30}(?![\p{L}\p{N}])|(?:part|parte)\s+(?:\d+|[IVX]+)\b|prologue|epilogue|pr[oó]logo|ep[ií]logo)[^.!?]{0,80}$/iu;
const bold = /^(\*\*|__)[^*_]+\1$/;
const label = /^(?:story title|title|t[ií]tulo|titre|titel|titolo)\s*[:：]\s*/iu;
const emphasised = /^(\*{1,3}|_{1,3})(?!\s)([^*_]+(?:[*_]{1,3}[^*_]+)*?)\1$/;
const opensSpeech = /^\s*(?:["“«„‚'‘‹「『—–]|-\s)/;
const endsSentence = /[.!?…:;,。！？]["'”’»)*_]*$/u;

const prefaces =
  /^(?:sure|certainly|of course|absolutely|here(?: is|['’]s| you)|below is|okay|ok\b|¡?claro|por supuesto|aqu[ií] (?:tienes|est[aá]|va)|con gusto|voici|hier ist|ecco|aqui est[aá])/iu;
const ends = /^(?:the end|end|fin|el fin|fine|ende|fim|koniec|конец|终|完|おわり)\s*[.!]*$/iu;
const remarks =
  /^(?:i hope (?:you|this)|let me know|would you like|feel free|word count|espero que (?:te|os|le|disfrut)|¿quieres que|¿te gustar[ií]a que|si quieres,? puedo)/iu;

const maxTitle = 200;
const maxPlainTitle = 100;

/**
 * The title in the line, if it is one. A heading, a bold line or "Title: …" says so itself; a plain line has to look like
 * one, or to be the one line more than the paragraphs that are wanted.
 */
export function titleOf(
  line: string,
  block: { hasMore: boolean; isAlone: boolean; left: number; wanted: number | undefined },
): string | undefined {
  if (line.length > maxTitle * 2) return undefined;
  const underHash = headingOf(line);
  const bare = withoutEmphasis(underHash ?? line);
  const labelled = bare.replaceAll('**', '').trim();
  const title = label.test(labelled) ? withoutEmphasis(labelled.replace(label, '')) : bare;
  if (!/[\p{L}\p{N}]/u.test(title)) return undefined;
  if (underHash !== undefined || title !== line) return title;
  if (!block.isAlone || !block.hasMore || line.length > maxPlainTitle) return undefined;
  if (opensSpeech.test(line) || isPreface(line)) return undefined;
  return !endsSentence.test(line) || block.left === block.wanted ? title : undefined;
}

/** What a model says before it begins, or a notice: not the story. */
export function isPreface(block: string): boolean {
  return prefaces.test(block) || block.startsWith('>') || (/[:：]$/.test(block) && block.length < 200);
}

export function isChapter(block: string): boolean {
  if (block.includes('\n')) return false;
  if (headingOf(block) !== undefined || chapterLine.test(withoutEmphasis(block))) return true;
  return bold.test(block) && block.length <= maxPlainTitle && !endsSentence.test(withoutEmphasis(block));
}

/** A line of speech; it may be a paragraph of its own or part of the one before. */
export function isSpeech(block: string): boolean {
  return opensSpeech.test(block);
}

/**
 * Whether the last block is no paragraph. `surely`: it says so itself ("The End"); `perhaps`: it is set off from the
 * story, all of it in italics or as a quotation.
 */
export function isClosing(block: string): 'surely' | 'perhaps' | 'no' {
  const bare = withoutEmphasis(block).trim();
  if (ends.test(bare) || remarks.test(bare)) return 'surely';
  return emphasised.test(block) || block.split('\n').every((line) => line.startsWith('>')) ? 'perhaps' : 'no';
}

/** The words of `# Title #`. */
function headingOf(line: string): string | undefined {
  if (!line.startsWith('#')) return undefined;
  const words = line.replace(/^#{1,6}\s*/, '').replace(/(?<!#)#+$/, '');
  return words.trim() === '' ? undefined : words.trim();
}

function withoutEmphasis(text: string): string {
  return emphasised.exec(text)?.[2]?.trim() ?? text;
}
