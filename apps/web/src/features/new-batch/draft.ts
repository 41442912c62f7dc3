import type { BatchTableBody } from '@octavo/contracts';
import { completePiece, emptyPiece, hasWords } from '../create/new-piece.ts';
import type { BatchForm } from './template.ts';

/** The form and its table have a place each: a table is large, and does not change with every key. */
const places = { form: 'octavo.new-batch', table: 'octavo.new-batch-table' };
type Kept = { form: BatchForm; table: BatchTableBody };

export function emptyForm(): BatchForm {
  return { piece: emptyPiece(), name: '', pace: '', cap: '' };
}

/** What this person has put together in this tab and not sent yet. */
export function readNewBatch(owner: string | undefined): { form: BatchForm; table: BatchTableBody | undefined } {
  const [form, table] = [read('form'), read('table')];
  const kept: Partial<BatchForm> = (form?.owner === owner ? form?.value : undefined) ?? {};
  return {
    form: { ...emptyForm(), ...kept, piece: completePiece(kept.piece ?? {}) },
    table: table?.owner === owner ? table?.value : undefined,
  };
}

/** Without a value there is nothing to be kept any more. */
export function writeNewBatch<Part extends keyof Kept>(
  owner: string | undefined,
  part: Part,
  value: Kept[Part] | undefined,
): void {
  // The former one is of no use, even when the new one does not fit.
  sessionStorage.removeItem(places[part]);
  if (value === undefined) return;
  try {
    sessionStorage.setItem(places[part], JSON.stringify({ owner, value }));
  } catch {
    // There is no more room; the page itself still holds it.
  }
}

export function forgetNewBatch(): void {
  for (const place of Object.values(places)) sessionStorage.removeItem(place);
}

/** Whether somebody would miss it: words, or a table. */
export function hasNewBatch(): boolean {
  const form = read('form')?.value;
  return read('table') !== null || (form !== undefined && (form.name !== '' || hasWords(form.piece)));
}

function read<Part extends keyof Kept>(part: Part): { owner?: string; value?: Kept[Part] } | null {
  try {
    return JSON.parse(sessionStorage.getItem(places[part]) ?? 'null') as ReturnType<typeof read<Part>>;
  } catch {
    return null;
  }
}
