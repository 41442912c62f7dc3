import { z } from 'zod';
import { providerName } from './content-types.ts';
import { generationInputs, takeParameters } from './generations.ts';
import { mediaView } from './media.ts';
import { exportFormats, usualLimits, versionOrigins } from './names.ts';
import { wholeNumber } from './text.ts';

/** How a version came to be. A person asked for it or made it (`userId`); a provider may have written its words. */
export const versionOrigin = z.enum(versionOrigins);
export type VersionOrigin = z.infer<typeof versionOrigin>;

/**
 * Where the words come from, as far as this server knows: it says what this server recorded, and proves nothing to
 * somebody who does not trust it (docs/provenance.md).
 */
export const provenance = z.object({
  /** Null: a person or a program brought the text; nothing is claimed of how it was made. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** When this text was made or last changed. */
  at: z.string(),
  /** `sha256:` and the hexadecimal SHA-256 of the text in UTF-8. */
  hash: z.string(),
  /** A term of http://cv.iptc.org/newscodes/digitalsourcetype/; null where nothing is claimed. */
  digitalSourceType: z.string().nullable(),
});
export type Provenance = z.infer<typeof provenance>;

export const versionView = z.object({
  contentId: z.string(),
  /** 1 is the first; none is ever reused. */
  number: z.int(),
  title: z.string(),
  origin: versionOrigin,
  /** This is the text of the content now. */
  isCurrent: z.boolean(),
  /** A person has changed the words since a provider wrote them. */
  isEdited: z.boolean(),
  /** Who asked for it or made it. */
  userId: z.string().nullable(),
  /** The take that wrote the words it holds or is based on. */
  generationId: z.string().nullable(),
  attempt: z.int().nullable(),
  /** Where it was restored or branched from. */
  source: z.object({ contentId: z.string(), number: z.int() }).nullable(),
  provenance,
  /** Those it drew that its owner still has; of image content only. */
  images: z.array(mediaView),
  createdAt: z.string(),
  /** Later than `createdAt` when further edits of the same person went into it. */
  updatedAt: z.string(),
});
export type VersionView = z.infer<typeof versionView>;

export const versionText = versionView.extend({
  generatedText: z.string(),
  /** What the provider was asked; null for text that none wrote. */
  prompt: z.string().nullable(),
  parameters: takeParameters.nullable(),
});
export type VersionText = z.infer<typeof versionText>;

export const versionListQuery = z.strictObject({
  limit: wholeNumber.pipe(z.number().min(1).max(100)).optional().meta({ default: usualLimits.versions }),
  /** Only what comes after this one in the list (`pagination.nextCursor`). */
  cursor: wholeNumber.optional(),
});
export type VersionListQuery = z.infer<typeof versionListQuery>;

/** Newest first; all that there ever were. */
export const versionPage = z.object({
  versions: z.array(versionView),
  pagination: z.object({ total: z.int(), limit: z.int(), nextCursor: z.int().nullable() }),
});
export type VersionPage = z.infer<typeof versionPage>;

export const versionParams = z.strictObject({ id: z.uuid('must be a UUID'), number: wholeNumber });
export const attemptParams = z.strictObject({ id: z.uuid('must be a UUID'), attempt: wholeNumber });

/** What is to be different; everything else is as it was asked last. */
export const regenerateBody = z.strictObject({
  ...generationInputs,
  /** Null: the server's order, whatever was wished last. */
  provider: providerName.nullable().optional(),
});
export type RegenerateBody = z.infer<typeof regenerateBody>;

export const exportQuery = z.strictObject({ format: z.enum(exportFormats).default('md') });
export type ExportFormat = z.infer<typeof exportQuery>['format'];
