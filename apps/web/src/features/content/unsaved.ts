/** Changes that are not saved yet, kept on this device. */
export interface UnsavedDraft {
  title: string;
  text: string;
  version: number;
}

const keyOf = (id: string): string => `octavo.unsaved.${id}`;

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

export function forgetDraft(id: string): void {
  localStorage.removeItem(keyOf(id));
}
