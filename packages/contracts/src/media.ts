import { z } from 'zod';
import { usualLimits } from './names.ts';
import { text, trimmedText } from './text.ts';

/** Images of a user: uploaded, or made by a generation. */

export const mediaOrigin = z.enum(['upload', 'generated']);
export type MediaOrigin = z.infer<typeof mediaOrigin>;

/** What is stored; whatever is uploaded is re-encoded to one of these. */
export const mediaTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** `large` fits into 1024 × 1024 pixels, `small` into 320 × 320; both are WebP. */
export const mediaVariants = ['original', 'large', 'small'] as const;
export type MediaVariant = (typeof mediaVariants)[number];

export const maxAltTextLength = 2000;
const altText = text({ max: maxAltTextLength });

export const mediaView = z.object({
  id: z.string(),
  origin: mediaOrigin,
  mediaType: z.enum(mediaTypes),
  /** In pixels, upright. */
  width: z.int(),
  height: z.int(),
  /** Of the original. */
  bytes: z.int(),
  alt: z.string(),
  createdAt: z.string(),
  /** Paths on this server that need no token; they work until `urlsExpireAt`. */
  urls: z.object({ original: z.string(), large: z.string(), small: z.string() }),
  urlsExpireAt: z.string(),
});
export type MediaView = z.infer<typeof mediaView>;

/**
 * The JSON form of an upload. The other form is `multipart/form-data` with one file and, if wanted, a field `alt`.
 */
export const uploadMediaBody = z
  .strictObject({
    /** Fetched by the server: http or https, a public address, the usual ports. */
    url: trimmedText({ min: 1, max: 4000 }).optional(),
    /** The bytes of the image; plain base64 without line breaks and without `data:`. */
    base64: z.string().min(1, 'must not be empty').optional(),
    alt: altText.default(''),
  })
  .refine((body) => (body.url === undefined) !== (body.base64 === undefined), {
    path: ['url'],
    message: 'must be given, or base64, but not both',
  });
export type UploadMediaBody = z.infer<typeof uploadMediaBody>;

/** An image inside of JSON, for programs that cannot fetch an address. */
export const mediaBytes = z.object({
  id: z.string(),
  variant: z.enum(mediaVariants),
  mediaType: z.enum(mediaTypes),
  /** Plain base64, without line breaks and without `data:`. */
  base64: z.string(),
});
export type MediaBytes = z.infer<typeof mediaBytes>;

export const mediaBytesQuery = z.strictObject({ variant: z.enum(mediaVariants).default('original') });

export const uploadMediaFields = z.strictObject({ alt: altText.default('') });

export const updateMediaBody = z
  .strictObject({ alt: altText })
  .meta({ examples: [{ alt: 'A cup of tea on a window sill' }] });

export const mediaListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .optional()
    .meta({ default: usualLimits.media }),
  origin: mediaOrigin.optional(),
  /** Only what comes after this one in the list (`nextCursor`). */
  cursor: z.uuid('must be a cursor from an earlier answer').optional(),
});
export type MediaListQuery = z.infer<typeof mediaListQuery>;

/** Newest first. */
export const mediaPage = z.object({
  media: z.array(mediaView),
  nextCursor: z.string().nullable(),
  /** What an image may have here at most; a larger one need not be sent. */
  uploadMaxBytes: z.int(),
});
export type MediaPage = z.infer<typeof mediaPage>;
