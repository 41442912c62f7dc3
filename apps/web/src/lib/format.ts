/** Words as a reader counts them; characters where a script writes no spaces. */
export function countWords(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)].filter(
    ({ isWordLike }) => isWordLike,
  ).length;
}

/** As it is usual where the person is, in the language of the page: 21 Nov in London, Nov 21 in Boston. */
function localeOf(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

export function formatDate(iso: string, language: string): string {
  const format = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' });
  return format.format(new Date(iso));
}

export function formatDay(iso: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium' }).format(new Date(iso));
}

/** A day of the calendar of UTC, such as `2026-11-21`. */
export function formatUtcDay(day: string, language: string): string {
  const format = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone: 'UTC' });
  return format.format(new Date(day));
}

export function formatTime(iso: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { timeStyle: 'short' }).format(new Date(iso));
}

export function formatDuration(ms: number, language: string): string {
  const seconds = ms / 1000;
  const digits = seconds < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'second', maximumFractionDigits: digits }).format(
    seconds,
  );
}

export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** E.g. `1.4 MB`. */
export function formatBytes(bytes: number, language: string): string {
  const [unit, size] = bytes < 1_000_000 ? (['kilobyte', 1000] as const) : (['megabyte', 1_000_000] as const);
  const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: size === 1000 ? 0 : 1 } as const;
  return new Intl.NumberFormat(language, format).format(bytes / size);
}

/** From millionths of a US dollar. */
export function formatMoney(microUsd: number, language: string): string {
  const format = { style: 'currency', currency: 'USD', maximumFractionDigits: 6 } as const;
  return new Intl.NumberFormat(language, format).format(microUsd / 1_000_000);
}

/** A duration in the largest unit that still says something, rounded up: 40 seconds, 3 minutes, 2 hours. */
export function formatLong(ms: number, language: string): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const [unit, value] =
    seconds < 90
      ? (['second', seconds] as const)
      : seconds < 90 * 60
        ? (['minute', Math.ceil(seconds / 60)] as const)
        : (['hour', Math.ceil(seconds / 360) / 10] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
