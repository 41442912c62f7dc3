import { z } from 'zod';
import { contentType, providerName } from './content-types.ts';
import { inputOfAnyKind } from './inputs.ts';
import {
  batchRowStates,
  batchStatuses,
  maxBatchRows,
  maxPromptLength,
  maxRowsPerMinute,
  maxTitleLength,
  usualLimits,
} from './names.ts';
import { text, trimmedText } from './text.ts';

/** Many generations of one kind: each row of a table, put into one template. */

export const maxBatchBodyBytes = 2_097_152;

const templateText = z.union([text({ max: maxPromptLength }), z.number(), z.boolean()]);

/** What every row asks for. In each text `{{column}}` stands for the row's value; no value is looked into again. */
export const batchTemplate = z.strictObject({
  title: trimmedText({ min: 1, max: 2000 }),
  prompt: text({ max: maxPromptLength }).default(''),
  input: z
    .record(z.string().max(50), z.union([templateText, z.array(templateText).max(20)]))
    .optional()
    .meta({ description: 'as `input` of a single generation of this kind; its texts may hold {{column}} too' }),
});
export type BatchTemplate = z.infer<typeof batchTemplate>;

/** Each is looked into on its own, so that all that is wrong with a table is told at once. */
export const batchRow = z.unknown();
/** What a row may hold. */
export const batchCell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const source = {
  rows: z
    .array(batchRow)
    .min(1, 'must hold at least one row')
    .max(maxBatchRows, `must hold at most ${maxBatchRows} rows`)
    .optional()
    .meta({ description: 'flat objects: column to text, number, true, false or null (an empty cell)' }),
  csv: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .meta({ description: 'the same as CSV: a line of column names, then the rows; comma, semicolon or tab' }),
};
const hasOneSource = (body: { rows?: unknown; csv?: unknown }): boolean =>
  (body.rows === undefined) !== (body.csv === undefined);
const oneSource = { path: ['rows'], message: 'must be given, or csv, but not both' };

export const batchTableBody = z
  .strictObject(source)
  .refine(hasOneSource, oneSource)
  .meta({ examples: [{ csv: 'product,audience\nKettle,campers\nTeapot,grandparents\n' }] });
export type BatchTableBody = z.infer<typeof batchTableBody>;

/** A table as it was understood: every value is text. */
export const batchTable = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.string())),
});
export type BatchTable = z.infer<typeof batchTable>;

export const createBatchBody = z
  .strictObject({
    title: trimmedText({ min: 1, max: maxTitleLength }),
    contentType,
    template: batchTemplate,
    ...source,
    provider: providerName.optional(),
    /** A model id of that provider; only together with `provider`. */
    model: trimmedText({ min: 1, max: 200 }).optional(),
    /** It is not started when all its rows together may cost more than this, in US dollars. */
    maxCostUsd: z.number().min(0).max(1_000_000).optional(),
    /** Not more rows than this are submitted in a minute; otherwise as many as the server lets through. */
    rowsPerMinute: z.int().min(1).max(maxRowsPerMinute).optional(),
    /** `false`: start at once, without a look at the preview and the estimate. */
    startsPaused: z.boolean().default(true),
  })
  .refine(hasOneSource, oneSource)
  .refine((body) => body.model === undefined || body.provider !== undefined, {
    path: ['model'],
    message: 'needs provider as well',
  })
  .meta({
    examples: [
      {
        title: 'City guides',
        contentType: 'blog',
        template: { title: 'A day in {{city}}', prompt: 'What to see in {{city}} in one day, for {{who}}' },
        rows: [{ city: 'Porto', who: 'families' }],
      },
    ],
  });
export type CreateBatchBody = z.infer<typeof createBatchBody>;
/** A batch as it is asked for: what has a usual value may be left out. */
export type NewBatch = z.input<typeof createBatchBody>;

export const batchStatus = z.enum(batchStatuses);
export type BatchStatus = z.infer<typeof batchStatus>;
export const batchRowState = z.enum(batchRowStates);
export type BatchRowState = z.infer<typeof batchRowState>;

/** What all rows together may cost at most, in millionths of a US dollar. */
export const batchEstimate = z.object({
  worstCaseMicroUsd: z.int(),
  /** False: for some rows no price is known, and they are not in the figure. */
  known: z.boolean(),
});
export type BatchEstimate = z.infer<typeof batchEstimate>;

export const batchView = z.object({
  id: z.string(),
  title: z.string(),
  contentType,
  template: batchTemplate,
  columns: z.array(z.string()),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  status: batchStatus,
  /** Why it paused itself, e.g. a budget that is used up; null when a person paused it. */
  pausedReason: z.string().nullable(),
  rowCount: z.int(),
  /** Rows by state. */
  counts: z.record(batchRowState, z.int()),
  maxCostMicroUsd: z.int().nullable(),
  rowsPerMinute: z.int().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type BatchView = z.infer<typeof batchView>;

/** One row as it will be asked for. */
export const batchPreview = z.object({
  number: z.int(),
  title: z.string(),
  prompt: z.string(),
  input: inputOfAnyKind.nullable(),
});
export type BatchPreview = z.infer<typeof batchPreview>;

/** What a batch would be; nothing is stored. */
export const batchCheck = z.object({
  rowCount: z.int(),
  preview: z.array(batchPreview),
  /** Null: nobody can say. */
  estimate: batchEstimate.nullable(),
});
export type BatchCheck = z.infer<typeof batchCheck>;

/** A batch with its first rows and, as long as it has not been started, what it may cost; null: nobody can say. */
export const batchDetail = batchView.extend({
  preview: z.array(batchPreview),
  estimate: batchEstimate.nullable(),
  /** Of all attempts of its rows until now, in millionths of a US dollar. */
  spentMicroUsd: z.int(),
  /** Set aside for what is under way or has an outcome that is not known. */
  heldMicroUsd: z.int(),
});
export type BatchDetail = z.infer<typeof batchDetail>;

export const batchRowView = z.object({
  /** From 1. */
  number: z.int(),
  values: z.record(z.string(), z.string()),
  state: batchRowState,
  /** Null until it is submitted, and when its content has been deleted. */
  contentId: z.string().nullable(),
  /** Of its content; null as long as there is none. */
  title: z.string().nullable(),
  generationId: z.string().nullable(),
  /** Why it failed, in words. */
  error: z.string().nullable(),
  /** The same as a code, when an attempt failed. */
  errorCode: z.string().nullable(),
  /** Of all its attempts; null before one has ended. */
  costMicroUsd: z.int().nullable(),
});
export type BatchRowView = z.infer<typeof batchRowView>;

const pageNumber = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(1).max(100_000));
const page = pageNumber.optional().meta({ default: 1 });
const pageLimit = pageNumber.pipe(z.number().max(100));

export const batchListQuery = z.strictObject({
  page,
  limit: pageLimit.optional().meta({ default: usualLimits.batches }),
});
export type BatchListQuery = z.infer<typeof batchListQuery>;

export const batchRowsQuery = z.strictObject({
  state: batchRowState.optional(),
  page,
  limit: pageLimit.optional().meta({ default: usualLimits.rows }),
});
export type BatchRowsQuery = z.infer<typeof batchRowsQuery>;

const pagination = z.object({ total: z.int(), page: z.int(), totalPages: z.int(), limit: z.int() });

/** Newest first. */
export const batchPage = z.object({ batches: z.array(batchView), pagination });
export type BatchPage = z.infer<typeof batchPage>;

/** In the order of the table. */
export const batchRowPage = z.object({ rows: z.array(batchRowView), pagination });
export type BatchRowPage = z.infer<typeof batchRowPage>;
