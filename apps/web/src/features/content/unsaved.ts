/** Changes that are not saved yet, kept on this device. */
export interface UnsavedDraft {
  title: string;
  text: string;
  revision: number;
}

const prefix = 'octavo.unsaved.';
const keyOf = (id: string): string => prefix + id;

export function readDraft(id: string): UnsavedDraft | undefined {
  try {
    return (JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null') as UnsavedDraft | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeDraft(id: string, draft: UnsavedDraft): void {
  try {
    localStorage.setItem(keyOf(id), JSON.stringify(draft));
  } catch {
    // The device is full; the page itself still holds the words.
  }
}

/** After a save: what was sent is no draft any more; what was typed since is one, on top of the saved revision. */
export function settleDraft(id: string, sent: UnsavedDraft, savedRevision: number): void {
  const draft = readDraft(id);
  if (!draft) return;
  if (draft.title === sent.title && draft.text === sent.text) forgetDraft(id);
  else writeDraft(id, { ...draft, revision: savedRevision });
}

/** The contents with changes that are not saved. */
export function draftIds(): string[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

export function forgetDraft(id: string): void {
  localStorage.removeItem(keyOf(id));
}
