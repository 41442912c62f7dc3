import type { MediaView, VersionText, VersionView } from '@octavo/contracts';
import { presentProvenance } from '#features/provenance';
import type { VersionRow, VersionTextRow } from './repository.ts';

export function presentVersion(row: VersionRow, images: MediaView[]): VersionView {
  return {
    contentId: row.content_id,
    number: row.number,
    title: row.title,
    origin: row.origin,
    isCurrent: row.is_current,
    isEdited: row.is_edited,
    userId: row.user_id,
    generationId: row.generation_id,
    attempt: row.attempt,
    source:
      row.source_content_id === null || row.source_number === null
        ? null
        : { contentId: row.source_content_id, number: row.source_number },
    provenance: presentProvenance(row),
    images,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function presentVersionText(row: VersionTextRow, images: MediaView[]): VersionText {
  return { ...presentVersion(row, images), generatedText: row.body, prompt: row.prompt, parameters: row.parameters };
}
