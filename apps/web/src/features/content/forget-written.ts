import { forgetNewPiece, hasNewPiece } from '../create/new-piece.ts';
import { forgetNewBatch, hasNewBatch } from '../new-batch/draft.ts';
import { draftIds, forgetDraft } from './unsaved.ts';

/** Whether this browser holds words that the server does not. */
export function hasWritten(): boolean {
  return hasNewPiece() || hasNewBatch() || draftIds().length > 0;
}

/** Removes them: the next person at this browser is to find nothing. */
export function forgetWritten(): void {
  forgetNewPiece();
  forgetNewBatch();
  for (const id of draftIds()) forgetDraft(id);
}
