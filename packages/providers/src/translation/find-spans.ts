import type { Marks, Span } from './protect.ts';

/**
 * What in a line of Markdown has to survive a translation, in the order in which it stands. Each pattern starts where a
 * run of its characters starts and looks ahead a bounded way, so that no text makes it slow.
 */
export function findSpans(text: string, marks: Marks): Array<{ start: number; span: Span }> {
  const found: Array<{ start: number; span: Span; isLoose?: boolean }> = [];
  /** Numbers of opening ones that wait for a closing one. */
  const waiting = new Map<string, number[]>();
  const open = (key: string, number: number) => waiting.set(key, [...(waiting.get(key) ?? []).slice(-9), number]);

  const pattern = patternFor(marks);
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { keep, tag, linkStart, linkEnd, emphasis } = match.groups ?? {};
    const start = match.index;
    const end = start + match[0].length;
    const isBeforeWord = /^\S/.test(text.slice(end, end + 2));
    const isBehindWord = start > 0 && /\S$/.test(text.slice(Math.max(0, start - 2), start));
    const add = (span: Span, isLoose = false) => void found.push({ start, span, isLoose });
    /** Becomes the end of what waits under `key`; false when nothing does. */
    const close = (key: string, text: string): boolean => {
      const after = waiting.get(key)?.pop();
      const opening = after === undefined ? undefined : found[after];
      if (after === undefined || !opening) return false;
      opening.isLoose = false;
      add({ text, after, ...(isBehindWord && { hugs: 'previous' }) });
      return true;
    };
    const asOpening = (text: string): Span => ({ text, ...(isBeforeWord && { hugs: 'next' }) });

    if (keep !== undefined) {
      add({ text: keep });
    } else if (tag !== undefined) {
      const name = /^<\/?([\w-]+)/.exec(tag)?.[1]?.toLowerCase() ?? '';
      if (tag.startsWith('</')) {
        if (!close(`<${name}`, tag)) add({ text: tag });
      } else {
        add(asOpening(tag));
        if (!tag.endsWith('/>')) open(`<${name}`, found.length - 1);
      }
    } else if (linkStart !== undefined) {
      add(asOpening(linkStart), true);
      open('[', found.length - 1);
    } else if (linkEnd !== undefined) {
      // The end of no link is a bracket, and what stands behind it is looked at by itself.
      if (!close('[', linkEnd)) pattern.lastIndex = start + 1;
    } else if (emphasis !== undefined) {
      const canClose = isBehindWord && !(emphasis.startsWith('_') && /^[\p{L}\p{N}]/u.test(text.slice(end)));
      const canOpen = isBeforeWord && !(emphasis.startsWith('_') && /[\p{L}\p{N}]$/u.test(text.slice(0, start)));
      if (canClose && close(emphasis, emphasis)) continue;
      if (canOpen) {
        add(asOpening(emphasis), true);
        open(emphasis, found.length - 1);
      }
    }
  }
  return withoutLoose(found);
}

/** Without openings that found no end: they are ordinary characters. The numbers in `after` follow. */
function withoutLoose(found: Array<{ start: number; span: Span; isLoose?: boolean }>) {
  let count = 0;
  const numbers = found.map(({ isLoose }) => (isLoose ? 0 : (count += 1)));
  return found
    .filter(({ isLoose }) => !isLoose)
    .map(({ start, span }) => ({
      start,
      span: span.after === undefined ? span : { ...span, after: numbers[span.after] ?? 0 },
    }));
}

const kept = [
  // Escaped characters.
  String.raw`\\[!-\/:-@\[-${'`'}\{-~]`,
  // Code.
  '(?<!`)(?<ticks>`{1,20})(?!`)[^`]+\\k<ticks>(?!`)',
  // Placeholders: {{name}}, ${name}, %{name}, {name}, {0, number}, <%= x %>, %s, %1$s, %(name)s.
  String.raw`\{\{\{?[^{}\n]{1,100}\}\}\}?`,
  String.raw`[$%]\{[^{}\n]{1,100}\}`,
  String.raw`\{\s?[\w.$-]{1,60}\s?(?:,[^{}\n]{0,60})?\}`,
  String.raw`<%[^%\n]{1,200}%>`,
  String.raw`%(?:\(\w{1,60}\))?(?:\d{1,2}\$)?[-+0#]?\d{0,3}(?:\.\d{1,3})?[sdifgxXcu@](?![\p{L}\p{N}])`,
  // Comments, entities, addresses in angle brackets.
  String.raw`<!--[^<>]{0,500}-->`,
  String.raw`&(?:#\d{1,7}|#x[\da-fA-F]{1,6}|[A-Za-z]\w{1,30});`,
  String.raw`<[A-Za-z][A-Za-z\d+.-]{1,30}:[^\s<>]{1,2000}>`,
  String.raw`<[\w.+-]{1,64}@[\w.-]{1,255}>`,
  // Footnotes.
  String.raw`\[\^[^\]\s]{1,50}\]`,
  // Bare addresses; a full stop behind one belongs to the sentence.
  String.raw`(?<![\p{L}\p{N}])(?:https?:\/\/|ftp:\/\/|mailto:|www\.)[^\s<>"${'`'}()⟦⟧]{1,2000}(?<![.,;:!?'*_~\]])`,
  String.raw`(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}`,
  String.raw`(?<![\w@.])@\w{2,50}`,
  // Amounts with their unit.
  String.raw`(?<![\p{L}\p{N}.,])[€$£¥]\s?\d[\d.,]{0,30}(?<![.,])`,
  String.raw`(?<![\p{L}\p{N}.,])\d[\d.,]{0,30}\s?(?:[%‰€$£¥]|°[CF]?|[kmcdµn]?[mgl]|[mcdk]m[²³23]|[kMGT]i?B|[kMG]?Hz|[kM]?Wh?|[mk]?[VA]|mAh|[mkM]?J|kcal|km\/h|m\/s|min|ms|px|dpi|fps)(?![\p{L}\p{N}])`,
];

const patterns = new Map<Marks, RegExp>();

function patternFor(marks: Marks): RegExp {
  let pattern = patterns.get(marks);
  if (!pattern) {
    const linkTarget = String.raw`\]\((?:<[^<>\n]{0,2000}>|[^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()<>]{0,500}){0,5})(?:\s+(?:"[^"\n]{0,500}"|'[^'\n]{0,500}'))?\)`;
    pattern = new RegExp(
      [
        `(?<keep>${[marks.lookalike, ...kept].join('|')})`,
        String.raw`(?<tag><\/?[A-Za-z][^<>]{0,500}>)`,
        String.raw`(?<linkEnd>${linkTarget}|\]\[[^\[\]\n]{0,200}\])`,
        String.raw`(?<linkStart>!?(?!${marks.lookalike})\[)`,
        String.raw`(?<emphasis>\*{1,3}|_{1,3}|~~)`,
      ].join('|'),
      'gu',
    );
    patterns.set(marks, pattern);
  }
  return pattern;
}
