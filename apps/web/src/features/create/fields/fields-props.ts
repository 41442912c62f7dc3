import type { NewPiece } from '../new-piece.ts';

/** What the fields of every kind are given. */
export interface FieldsProps {
  draft: NewPiece;
  change: (part: Partial<NewPiece>) => void;
  /** What is wrong with a field, under the server's name for it. */
  errorOf: (field: string) => string | undefined;
}
