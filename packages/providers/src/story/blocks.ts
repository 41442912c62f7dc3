/** A line that is drawn, not written: `***`, `- - -`, `====`, `⁂`. */
const drawn = /^[\s*_\-~=#•·⁂❖◆★✦\\]*$/u;
/** Says something. */
export const written = /[\p{L}\p{N}]/u;

/** The blocks of a text that say something, with an empty or a drawn line between them; their lines are trimmed. */
export function toBlocks(text: string): string[] {
  const blocks: string[][] = [[]];
  for (const line of underlinedHeadings(text.split('\n').map((each) => each.trim()))) {
    if (drawn.test(line)) blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.map((lines) => lines.join('\n')).filter((block) => written.test(block));
}

/** `Title` over `=====` is the older way to write `# Title`. */
function underlinedHeadings(lines: string[]): string[] {
  return lines.flatMap((line, at) => {
    const isUnderlined = /^={3,}$/.test(lines[at + 1] ?? '') && written.test(line) && !line.startsWith('#');
    return isUnderlined ? [`# ${line}`, ''] : [line];
  });
}

/** What a code fence holds, if there is one around most of the text, and what stands outside of it. */
export function unwrapFence(text: string): { inside: string; outside: string[] } {
  const lines = text.split('\n');
  const open = lines.findIndex((line) => /^(?:`{3,}|~{3,})\s*\w*$/.test(line.trim()));
  if (open < 0) return { inside: text, outside: [] };
  const mark = lines[open]?.trim().slice(0, 3) ?? '';
  const after = lines.findIndex((line, at) => at > open && line.trim().startsWith(mark));
  const close = after < 0 ? lines.length : after;
  const inside = lines.slice(open + 1, close).join('\n');
  if (inside.length < text.length / 2) return { inside: text, outside: [] };
  const outside = [lines.slice(0, open), lines.slice(close + 1)].flatMap((part) => toBlocks(part.join('\n')));
  return { inside, outside };
}
