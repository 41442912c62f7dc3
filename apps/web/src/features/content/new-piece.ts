import type { ContentType, ProviderName } from '@octavo/contracts';
import { newKey } from '../../lib/new-key.ts';

/** What the form for a new piece holds until it is sent; kept in this tab. */
export interface NewPiece {
  contentType: ContentType;
  title: string;
  prompt: string;
  provider: ProviderName | '';
  model: string;
  /** The same piece sent twice is one generation. */
  key: string;
}

const storageKey = 'octavo.new-piece';

function emptyPiece(): NewPiece {
  return { contentType: 'blog', title: '', prompt: '', provider: '', model: '', key: newKey() };
}

/** What this person has typed here, or an empty form. */
export function readNewPiece(owner: string | undefined): NewPiece {
  const kept = read();
  return { ...emptyPiece(), ...(kept?.owner === owner ? kept?.piece : undefined) };
}

export function writeNewPiece(owner: string | undefined, piece: NewPiece): void {
  sessionStorage.setItem(storageKey, JSON.stringify({ owner, piece }));
}

export function forgetNewPiece(): void {
  sessionStorage.removeItem(storageKey);
}

export function hasNewPiece(): boolean {
  const { title = '', prompt = '' } = read()?.piece ?? {};
  return title !== '' || prompt !== '';
}

function read(): { owner?: string; piece?: Partial<NewPiece> } | null {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as ReturnType<typeof read>;
  } catch {
    return null;
  }
}
