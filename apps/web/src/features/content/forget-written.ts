import { forgetNewPiece, hasNewPiece } from '../create/new-piece.ts';
import { draftIds, forgetDraft } from './unsaved.ts';

/** Whether this browser holds words that the server does not. */
export function hasWritten(): boolean {
  return hasNewPiece() || draftIds().length > 0;
}

/** Removes them: the next person at this browser is to find nothing. */
export function forgetWritten(): void {
  forgetNewPiece();
  for (const id of draftIds()) forgetDraft(id);
}
