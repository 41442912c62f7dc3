/** Words as a reader counts them; characters where a script writes no spaces. */
export function countWords(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)].filter(
    ({ isWordLike }) => isWordLike,
  ).length;
}

export function formatDate(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function formatTime(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(iso));
}

export function formatDuration(ms: number, language: string): string {
  const seconds = ms / 1000;
  const digits = seconds < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'second', maximumFractionDigits: digits }).format(
    seconds,
  );
}

/** The text without Markdown's marks, for a line or two in a list. */
export function excerpt(markdown: string, length = 220): string {
  const plain = markdown
    .slice(0, length * 3)
    .replace(/^#{1,6}\s+.*$/gm, ' ')
    .replace(/[*_`>#]|\[|\]\([^)]*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > length ? `${plain.slice(0, plain.lastIndexOf(' ', length))} …` : plain;
}
