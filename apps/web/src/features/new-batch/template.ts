import type { BatchTable, BatchTableBody, BatchTemplate, NewBatch } from '@octavo/contracts';
import { fillTemplate, placesIn } from '@octavo/contracts/fill-template';
import { maxRowsPerMinute } from '@octavo/contracts/names';
import type { NewPiece } from '../create/new-piece.ts';
import { type FieldName, findProblems, type Problem, toBody } from '../create/to-body.ts';

/** What the form for a new batch holds. The template is a piece in whose texts `{{column}}` stands for a row's value. */
export interface BatchForm {
  piece: NewPiece;
  name: string;
  /** As typed: rows a minute, and US dollars. */
  pace: string;
  cap: string;
}

/** A table with the way it came; `id` changes with every new one. */
export interface ReadTable extends BatchTable {
  id: number;
  source: BatchTableBody;
}

export type BatchProblem = Problem | 'badPace' | 'badCap' | 'table';
export type BatchField = FieldName | 'name' | 'pace' | 'cap' | 'table';

/** What the form lacks, before anything is sent. */
export function findBatchProblems(
  { piece, name, pace, cap }: BatchForm,
  table: BatchTable | undefined,
): Partial<Record<BatchField, BatchProblem>> {
  const problems: Partial<Record<BatchField, BatchProblem>> = findProblems(piece);
  if (piece.title.trim() === '') problems.title = 'required';
  if (name.trim() === '') problems.name = 'required';
  if (pace.trim() !== '' && toPace(pace) === undefined) problems.pace = 'badPace';
  if (cap.trim() !== '' && toUsd(cap) === undefined) problems.cap = 'badCap';
  if (!table) problems.table = 'table';
  return problems;
}

export function toPace(typed: string): number | undefined {
  const pace = Number(typed.trim());
  return Number.isInteger(pace) && pace >= 1 && pace <= maxRowsPerMinute ? pace : undefined;
}

/** From `5`, `0.50` or `0,50`. */
export function toUsd(typed: string): number | undefined {
  const plain = typed.trim().replace(',', '.');
  return /^\d{1,6}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}

/** The template of a piece without problems. */
export function toTemplate(piece: NewPiece): BatchTemplate {
  const body = toBody(piece, '');
  const input = 'input' in body ? (body.input as BatchTemplate['input']) : undefined;
  return { title: body.title, prompt: body.prompt ?? '', ...(input && { input }) };
}

/** The request for a form without problems. */
export function toNewBatch({ piece, name, pace, cap }: BatchForm, source: BatchTableBody): NewBatch {
  const { contentType, provider, model } = piece;
  const [rowsPerMinute, maxCostUsd] = [toPace(pace), toUsd(cap)];
  return {
    title: name.trim(),
    contentType,
    template: toTemplate(piece),
    ...(source.csv === undefined ? { rows: source.rows ?? [] } : { csv: source.csv }),
    ...(provider !== '' && { provider, ...(model.trim() !== '' && { model: model.trim() }) }),
    ...(rowsPerMinute !== undefined && { rowsPerMinute }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}

/** The texts of a piece in which a column may stand, in the order of the form, each with the name of its field. */
function textsOf({ contentType, title, prompt, story, description, translation }: NewPiece): Array<[string, string]> {
  switch (contentType) {
    case 'story':
      return [
        ['title', title],
        ['prompt', prompt],
        ['input.genre', story.genre],
        ...story.values.map((value): [string, string] => ['input.values', value]),
        ['input.characters', story.characters],
        ['instructions', story.instructions],
      ];
    case 'description':
      return [
        ['title', title],
        ['input.mediaId', description.mediaId],
        ['prompt', description.instructions],
      ];
    case 'translation':
      return [
        ['title', title],
        ['input.text', translation.text],
        ['prompt', translation.instructions],
      ];
    default:
      return [
        ['title', title],
        ['prompt', prompt],
      ];
  }
}

/** The columns that a template names, each once. */
export function placesOf(piece: NewPiece): string[] {
  return [...new Set(textsOf(piece).flatMap(([, text]) => placesIn(text)))];
}

/** What a template names and the table does not have, by field, each once. Nothing without a table. */
export function unknownPlaces(piece: NewPiece, columns: string[] | undefined): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!columns) return found;
  for (const [field, text] of textsOf(piece)) {
    const names = placesIn(text).filter((place) => !columns.includes(place));
    if (names.length > 0) found.set(field, [...new Set([...(found.get(field) ?? []), ...names])]);
  }
  return found;
}

/** What one row asks for, as far as the form is filled in. */
export function fillPiece(piece: NewPiece, values: Record<string, string>): { title: string; texts: string[] } {
  const [title = '', ...texts] = textsOf(piece).map(([, text]) => fillTemplate(text, values).trim());
  return { title, texts: texts.filter((text) => text !== '') };
}
