const titleLine = /^[#* \t]*(?:title|topic|subject|título|titulo|tema)[* \t]*[:=][*\s]*(\S.*)$/imu;
const request =
  /^(?:please\s+|por favor,?\s+)?(?:write|create|draft|compose|generate|tell|give|escribe|redacta|crea|cuenta|genera)(?:\s+(?:me|us))?\b.{0,60}?(?<!\p{L})(?:about|on|of|for|describing|sobre|acerca de|de|para)\s+(\S.*)$/isu;

/** Longest excerpt in characters: long enough to be recognised, too short to be an echo of the prompt. */
const maxChars = 60;

/**
 * What the reader asked about, as a short excerpt that Markdown cannot misread: no markup, no links, one line.
 * Undefined when the prompt holds nothing that could be shown.
 */
export function findTopic(prompt: string): string | undefined {
  const start = prompt.slice(0, 2000);
  const titled = titleLine.exec(start)?.[1];
  const line = titled ?? start.split(/\n+/).find((part) => /\p{L}|\p{N}/u.test(part)) ?? '';
  const asked = titled ?? request.exec(line.trim())?.[1] ?? line;
  const sentence = asked.split(/(?<=[.!?])\s/u)[0] ?? '';
  return shorten(makeSafe(sentence));
}

function makeSafe(text: string): string {
  return text
    .replace(/!?\[([^[\]]{0,200})\]\([^()]{0,500}\)/gu, '$1')
    .replace(/\b(?:https?:\/\/|www\.)\S*/giu, ' ')
    .replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\s'’.,:;%€$£+-]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.,:;+-]+|(?<![\s.,:;+-])[\s.,:;+-]+$/gu, '');
}

function shorten(text: string): string | undefined {
  if (text === '') return undefined;
  const letters = Array.from(text);
  if (letters.length <= maxChars) return text;
  const cut = letters.slice(0, maxChars).join('');
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > 20 ? cut.slice(0, lastSpace) : cut).replace(/(?<![\s.,:;-])[\s.,:;-]+$/u, '')}…`;
}
