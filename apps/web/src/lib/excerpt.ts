/** Longer than any excerpt; what stands beyond it is not looked at. */
const looked = 8000;

/**
 * The words of a Markdown text without its marks, on one line: for a list. Headings stay, as words; tables and code give
 * what is in them; HTML goes. A first line that only repeats `title` is left out.
 */
export function excerpt(markdown: string, title = '', length = 220): string {
  const [first = '', ...others] = plainLines(markdown.slice(0, looked));
  const isTitle = first.replace(/\.$/, '').toLowerCase() === title.trim().toLowerCase();
  const plain = (isTitle && others.length > 0 ? others : [first, ...others]).join(' ');
  if (plain.length <= length) return plain;
  const end = plain.lastIndexOf(' ', length);
  // Where a script writes no spaces, it is cut between two characters.
  return `${end > length / 2 ? plain.slice(0, end) : Array.from(plain.slice(0, length)).slice(0, -1).join('')} …`;
}

function plainLines(markdown: string): string[] {
  return markdown
    .replace(/\r\n?/g, '\n')
    .replace(/<!--[^]*?(-->|$)/g, ' ')
    .replace(/<(script|style)\b[^]*?(<\/\1\s*>|$)/gi, ' ')
    .split('\n')
    .map(plainLine)
    .filter((line) => line !== '');
}

function plainLine(line: string): string {
  const trimmed = line.trim();
  // Rules, fences, underlines of headings, the line below the head of a table.
  if (/^([-*_=]\s*){3,}$/.test(trimmed) || /^(```|~~~)/.test(trimmed) || isTableRule(trimmed)) return '';
  if (/^#{1,6}\s/.test(trimmed)) {
    const heading = trimmed.replace(/^#{1,6}\s+/, '').replace(/(?<!#)#+$/, '');
    return endSentence(inline(heading.trim()));
  }
  const block = trimmed.replace(/^(>\s?)+/, '').replace(/^([-*+]|\d{1,9}[.)])\s+(\[[ xX]\]\s+)?/, '');
  const cells = /^\|.*\|$/.test(block) ? block.slice(1, -1).split(/(?<!\\)\|/) : [block];
  return cells
    .map((cell) => inline(cell).trim())
    .filter((cell) => cell !== '')
    .join(', ');
}

/** The line below the head of a table. */
function isTableRule(line: string): boolean {
  return line.includes('--') && /^[\s:|-]+$/.test(line);
}

const link = /!?\[([^[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^[\]]*\])/g;

/** Escaped characters are put aside, so that they are nobody's marks. */
function inline(text: string): string {
  const escaped: string[] = [];
  return (
    text
      .replace(/\\([!-/:-@[-`{-~])/g, (_, character: string) => `\uE000${escaped.push(character) - 1}\uE001`)
      .replace(/<((?:https?|mailto):[^\s<>]+)>/g, '$1')
      .replace(/<\/?[a-z][^<>]*>/gi, ' ')
      .replace(link, '$1')
      // An image may stand in a link.
      .replace(link, '$1')
      .replace(/\[\^[^[\]]*\]:?/g, '')
      .replaceAll('`', '')
      .replace(/(\*{1,3}|~~)(?=\S)(.*?\S)\1/g, '$2')
      .replace(/(?<![\p{L}\p{N}_])(_{1,3})(?=\S)([^_]*[^_\s])\1(?![\p{L}\p{N}_])/gu, '$2')
      .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name] ?? ' ')
      .replace(/\uE000(\d+)\uE001/g, (_, at: string) => escaped[Number(at)] ?? '')
      .replace(/\s+/g, ' ')
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

/** A heading reads on into the next line without a stop. */
function endSentence(text: string): string {
  return /[\p{L}\p{N})”"']$/u.test(text) ? `${text}.` : text;
}
