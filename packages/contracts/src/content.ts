import { z } from 'zod';
import { contentType } from './content-types.ts';
import { generationStatus } from './generations.ts';
import { mediaView } from './media.ts';
import {
  maxBodyLength,
  maxPromptLength,
  maxSearchLength,
  maxTitleLength,
  usualLimits,
  writtenTypeNames,
} from './names.ts';
import { text, trimmedText, wholeNumber } from './text.ts';
import { provenance } from './versions.ts';

export const publicationStatus = z.enum(['draft', 'published']);
export type PublicationStatus = z.infer<typeof publicationStatus>;

export const contentView = z.object({
  id: z.string(),
  userId: z.string(),
  title: z.string(),
  contentType,
  prompt: z.string(),
  generatedText: z.string(),
  /** What its latest generation has drawn. */
  images: z.array(mediaView),
  status: publicationStatus,
  /** The latest generation of this content; null for content written by hand. */
  jobId: z.string().nullable(),
  generationStatus: generationStatus.nullable(),
  failureReason: z.string().nullable(),
  /** The version of the text that is shown here; 0 before there is any. */
  version: z.int(),
  /** A newer take that waits for a decision, because a person had changed the text; null when none does. */
  pendingVersion: z.int().nullable(),
  /** Grows with every change, of the text or not; send it back with an update to be told of a conflict. */
  revision: z.int(),
  provenance: provenance.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Null unless it was deleted; then only a list of deleted content shows it. */
  deletedAt: z.string().nullable(),
});
export type ContentView = z.infer<typeof contentView>;

/** The answer to an accepted generation (202). It tells nothing that could be otherwise when it is repeated. */
export const generationAccepted = contentView
  .omit({ version: true, pendingVersion: true, revision: true, provenance: true, deletedAt: true })
  .extend({
    jobId: z.string(),
    message: z.string(),
    expectedDelay: z.int().meta({ description: 'milliseconds until the work may start' }),
  });
export type GenerationAccepted = z.infer<typeof generationAccepted>;

export const jobStatusView = z.object({
  jobId: z.string(),
  status: generationStatus,
  content: contentView.pick({ id: true, title: true, generatedText: true, contentType: true, prompt: true }).optional(),
  failureReason: z.string().optional(),
});
export type JobStatusView = z.infer<typeof jobStatusView>;

/** A content as its export in JSON holds it. */
export const contentFile = contentView
  .pick({ title: true, contentType: true, status: true, createdAt: true, updatedAt: true })
  .extend({ text: z.string(), provenance: z.record(z.string(), z.string()) });
export type ContentFile = z.infer<typeof contentFile>;

export const maxPage = 100_000;
/** So much of a text stands in a list that asked for excerpts, in characters. */
export const excerptLength = 2000;

export const contentListQuery = z
  .strictObject({
    page: wholeNumber
      .pipe(z.number().min(1).max(maxPage, `must be at most ${maxPage}; use cursor to go deeper`))
      .optional()
      .meta({ default: 1 }),
    limit: wholeNumber.pipe(z.number().min(1).max(100)).optional().meta({ default: usualLimits.contents }),
    contentType: contentType.optional(),
    status: publicationStatus.optional(),
    generationStatus: generationStatus.optional(),
    /** Only titles with all of these words, or words that begin so. */
    q: trimmedText({ min: 1, max: maxSearchLength }).optional(),
    /** `excerpt`: of prompt and text only the beginning, 2,000 characters at most. Without it, all of them. */
    text: z.enum(['whole', 'excerpt']).optional(),
    /** Only what the rows of this batch have become. */
    batchId: z.uuid('must be the id of a batch of yours').optional(),
    /** `only`: what was deleted and can be restored, the latest deletion first. */
    deleted: z.literal('only', 'must be only').optional(),
    /** Only what comes after this one in the list (`pagination.nextCursor`); not together with `page`. */
    cursor: z.uuid('must be a cursor from an earlier answer').optional(),
  })
  .refine((query) => query.cursor === undefined || query.page === undefined, {
    path: ['cursor'],
    message: 'cannot be used together with page',
  })
  .refine((query) => query.cursor === undefined || query.deleted === undefined, {
    path: ['cursor'],
    message: 'cannot be used together with deleted',
  });
export type ContentListQuery = z.infer<typeof contentListQuery>;

export const contentPage = z.object({
  contents: z.array(contentView),
  pagination: z.object({
    total: z.int().meta({ description: 'exact, or the least that it is: see isTotalExact' }),
    /** False: there are more than `total`. They are counted only so far beyond the page that is asked for. */
    isTotalExact: z.boolean(),
    page: z.int(),
    totalPages: z.int(),
    limit: z.int(),
    nextCursor: z.string().nullable(),
  }),
});
export type ContentPage = z.infer<typeof contentPage>;

export const createContentBody = z
  .strictObject({
    title: trimmedText({ min: 1, max: maxTitleLength }),
    contentType: z.enum(writtenTypeNames),
    prompt: text({ max: maxPromptLength }).default(''),
    generatedText: text({ max: maxBodyLength }).default(''),
    status: publicationStatus.default('draft'),
  })
  .meta({
    examples: [{ title: 'A note on tea', contentType: 'blog', generatedText: 'Tea is best when nobody waits for it.' }],
  });
export type CreateContentBody = z.infer<typeof createContentBody>;

export const updateContentBody = z
  .strictObject({
    title: trimmedText({ min: 1, max: maxTitleLength }).optional(),
    generatedText: text({ max: maxBodyLength }).optional(),
    status: publicationStatus.optional(),
    /** The revision this change was made on; when it is no longer the current one the answer is 409. */
    revision: z.int().min(1).optional(),
    /** The text before stays a version of its own, even where this change is an edit right after another one. */
    newVersion: z.boolean().optional(),
  })
  .refine((body) => body.title !== undefined || body.generatedText !== undefined || body.status !== undefined, {
    message: 'must change at least one of title, generatedText, status',
  })
  .meta({ examples: [{ title: 'A longer note on tea', status: 'published', revision: 1 }] });
export type UpdateContentBody = z.infer<typeof updateContentBody>;

export const idParams = z.strictObject({ id: z.uuid('must be a UUID') });
export const jobParams = z.strictObject({ jobId: z.uuid('must be a UUID') });
