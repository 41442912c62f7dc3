import type { BatchTableBody } from '@octavo/contracts';

/** What a request may hold, less some room for the template. */
export const maxTableBytes = 1_900_000;

type Kind = 'tooLarge' | 'badJson' | 'empty' | 'notText';

/** A table that cannot even be sent. */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';
  readonly kind: Kind;
  readonly bytes: number;
  constructor(kind: Kind, bytes = 0) {
    super(kind);
    this.kind = kind;
    this.bytes = bytes;
  }
}

/** CSV, unless it looks like JSON. @throws TableProblem */
export function toSource(text: string): BatchTableBody {
  if (/^\uFEFF?\s*$/.test(text)) throw new TableProblem('empty');
  const bytes = new Blob([JSON.stringify(text)]).size;
  if (bytes > maxTableBytes) throw new TableProblem('tooLarge', bytes);
  if (!/^\uFEFF?\s*[[{]/.test(text)) return { csv: text };
  try {
    const found = JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
    if (Array.isArray(found)) return { rows: found };
  } catch {
    // Said below, in our words.
  }
  throw new TableProblem('badJson');
}

/** Spreadsheets still save in the character set of old Windows: what is no UTF-8 is read as that. @throws TableProblem */
export async function readTextFile(file: File): Promise<string> {
  if (file.size > maxTableBytes) throw new TableProblem('tooLarge', file.size);
  const bytes = await file.arrayBuffer();
  // A spreadsheet in its own format, a picture: no text holds this byte.
  if (new Uint8Array(bytes).includes(0)) throw new TableProblem('notText');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
