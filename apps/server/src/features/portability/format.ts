import {
  batchStatus,
  batchTemplate,
  contentType,
  descriptionInput,
  generationStatus,
  imageInput,
  languageCode,
  maxAltTextLength,
  maxBatchColumns,
  maxBodyLength,
  maxCellLength,
  maxPromptLength,
  maxRowsPerMinute,
  maxTitleLength,
  mediaOrigin,
  publicationStatus,
  storyInput,
  text,
  versionOrigin,
} from '@octavo/contracts';
import { z } from 'zod';

/**
 * The ZIP in which an account travels: `manifest.json`, `profile.json`, images, and rows as JSON lines in the words of the
 * database. `other/` holds tables that an import leaves alone; they are there because they are the user's.
 */
export const formatName = 'octavo-account';
export const formatVersion = 1;

export const manifest = z.object({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  exportedAt: z.iso.datetime({ offset: true }),
  /** Rows of each file with rows. */
  counts: z.record(z.string().max(200), z.int().min(0)),
});
export type Manifest = z.infer<typeof manifest>;

const id = z.uuid();
const time = z.iso.datetime({ offset: true });
const number = z.int().min(0).max(1_000_000_000);
const shortText = text({ max: 4000 });

export const rowSchemas = {
  media: z.object({ id, origin: mediaOrigin, alt: text({ max: maxAltTextLength }), file: z.string().max(200) }),
  contents: z.object({
    id,
    title: text({ max: maxTitleLength }),
    content_type: contentType,
    prompt: text({ max: maxPromptLength }),
    body: text({ max: 4 * maxBodyLength }),
    status: publicationStatus,
    generation_id: id.nullable(),
    revision: z.int().min(1).max(1_000_000_000).default(1),
    version: number,
    last_version: number.default(0),
    pending_version: number.nullable().default(null),
    edited_at: time.nullable(),
    created_at: time,
    updated_at: time,
    deleted_at: time.nullable(),
    erased_at: time.nullable().default(null),
  }),
  generations: z.object({
    id,
    content_id: id,
    content_type: contentType,
    title: text({ max: maxTitleLength }),
    prompt: text({ max: maxPromptLength }),
    input: z
      .union([
        storyInput,
        imageInput,
        descriptionInput,
        // As it is stored: the text beside the content that it came from.
        z.strictObject({
          text: text({ max: maxBodyLength }).optional(),
          contentId: id.optional(),
          source: languageCode.optional(),
          target: languageCode,
        }),
      ])
      .nullable(),
    requested_provider: shortText.nullable(),
    requested_model: shortText.nullable(),
    status: generationStatus,
    attempt: z.int().min(0).max(1_000_000),
    failures: z.int().min(0).max(1_000_000),
    retry_of: id.nullable(),
    output: text({ max: 4 * maxBodyLength }).nullable(),
    provider: shortText.nullable(),
    model: shortText.nullable(),
    failure_code: shortText.nullable(),
    failure_reason: shortText.nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
  }),
  generation_attempts: z.object({
    generation_id: id,
    attempt: z.int().min(0).max(1_000_000),
    provider: shortText,
    model: shortText,
    outcome: z.enum(['running', 'completed', 'failed', 'cancelled', 'interrupted']),
    finish_reason: shortText.nullable(),
    error_code: shortText.nullable(),
    reason: shortText.nullable(),
    input_tokens: z.int().nullable(),
    output_tokens: z.int().nullable(),
    started_at: time,
    finished_at: time.nullable(),
  }),
  generation_events: z.object({
    generation_id: id,
    attempt: z.int().min(0).max(1_000_000),
    seq: z.int().min(0).max(100_000_000),
    type: z.enum(['queued', 'started', 'delta', 'image', 'retrying', 'completed', 'failed', 'cancelled']),
    text_offset: z.int().min(0).max(100_000_000),
    text: text({ max: 4 * maxBodyLength }),
    data: z.record(z.string().max(100), shortText).nullable(),
    created_at: time,
  }),
  /** Exports from before there were versions have none: then the text is its own first version. */
  content_versions: z.object({
    content_id: id,
    number: number.min(1),
    title: text({ max: maxTitleLength }),
    body: text({ max: 4 * maxBodyLength }),
    origin: versionOrigin,
    is_edited: z.boolean(),
    user_id: id.nullable(),
    generation_id: id.nullable(),
    attempt: number.nullable(),
    provider: shortText.nullable(),
    model: shortText.nullable(),
    prompt: text({ max: maxPromptLength }).nullable(),
    source_content_id: id.nullable(),
    source_number: number.nullable(),
    created_at: time,
    updated_at: time,
  }),
  batches: z.object({
    id,
    title: text({ max: maxTitleLength }),
    content_type: contentType,
    template: batchTemplate,
    columns: z.array(shortText).max(maxBatchColumns),
    provider: shortText.nullable(),
    model: shortText.nullable(),
    status: batchStatus,
    paused_reason: shortText.nullable(),
    max_cost_micro_usd: z.int().min(0).nullable(),
    rows_per_minute: z.int().min(1).max(maxRowsPerMinute).nullable().default(null),
    created_at: time,
    started_at: time.nullable(),
    ended_at: time.nullable(),
    deleted_at: time.nullable(),
  }),
  batch_rows: z.object({
    batch_id: id,
    number: number.min(1),
    values: z.record(z.string().max(4000), text({ max: maxCellLength })),
    content_id: id.nullable(),
    is_skipped: z.boolean(),
    error: shortText.nullable(),
  }),
  media_uses: z.object({ media_id: id, generation_id: id.nullable(), content_id: id.nullable() }),
} as const;

export type TableName = keyof typeof rowSchemas;
export type Row<Name extends TableName> = z.infer<(typeof rowSchemas)[Name]>;
/** In the order in which an import needs them. */
export const tableNames = Object.keys(rowSchemas) as TableName[];

const imageName = /^images\/[0-9a-f-]{36}\.(jpg|png|webp)$/;
const otherName = /^other\/[a-z_]{1,63}\.ndjson$/;

/** What a file of the ZIP is; undefined for one that has no business there. */
export function kindOf(name: string): TableName | 'manifest' | 'profile' | 'image' | 'other' | undefined {
  if (name === 'manifest.json') return 'manifest';
  if (name === 'profile.json') return 'profile';
  if (imageName.test(name)) return 'image';
  if (otherName.test(name)) return 'other';
  return tableNames.find((table) => name === `${table}.ndjson`);
}
