import { z } from 'zod';
import { languageCodes, languagesOf } from './languages.ts';
import {
  aspectRatios,
  audiences,
  descriptionLengths,
  maxBodyLength,
  maxImagesPerGeneration,
  maxParagraphs,
  maxReferenceImages,
  readerGenders,
} from './names.ts';
import { text, trimmedText } from './text.ts';

/** What a kind of generation takes besides a title and a prompt: the `input` of a request. */

/** A language as NLLB-200 names it: ISO 639-3 and ISO 15924, e.g. `spa_Latn`. */
export const languageCode = z.enum(languageCodes, {
  error: ({ input }) => {
    const meant = typeof input === 'string' ? languagesOf(input) : [];
    const hint = meant.length > 0 ? `; for ${String(input)} it is ${meant.join(' or ')}` : '';
    return `must be a language code of NLLB-200 such as spa_Latn${hint}`;
  },
});

const mediaId = z.uuid('must be the id of an image of yours');

export const storyInput = z.strictObject({
  genre: trimmedText({ min: 1, max: 80 }).optional(),
  audience: z.enum(audiences).optional(),
  readerGender: z.enum(readerGenders).optional(),
  values: z
    .array(trimmedText({ min: 1, max: 80 }))
    .max(10)
    .optional()
    .meta({ description: 'what the story should convey, e.g. courage' }),
  characters: trimmedText({ min: 1, max: 4000 }).optional(),
  paragraphs: z.int().min(1).max(maxParagraphs).optional(),
  language: languageCode.optional(),
});
export type StoryInput = z.infer<typeof storyInput>;

export const imageInput = z.strictObject({
  aspectRatio: z.enum(aspectRatios).optional(),
  count: z.int().min(1).max(maxImagesPerGeneration).optional(),
  references: z.array(mediaId).max(maxReferenceImages).optional().meta({ description: 'images of yours to work from' }),
});
export type ImageInput = z.infer<typeof imageInput>;

export const descriptionInput = z.strictObject({
  mediaId: mediaId.meta({ description: 'the image of yours that is described' }),
  length: z.enum(descriptionLengths).optional(),
  language: languageCode.optional(),
});
export type DescriptionInput = z.infer<typeof descriptionInput>;

export const translationInput = z
  .strictObject({
    text: text({ min: 1, max: maxBodyLength }).optional(),
    contentId: z
      .uuid('must be the id of a content of yours')
      .optional()
      .meta({ description: 'in place of text: a content of yours, as it is when the request arrives' }),
    /** Detected when it is not given. */
    source: languageCode.optional(),
    target: languageCode,
  })
  .refine((input) => (input.text === undefined) !== (input.contentId === undefined), {
    path: ['text'],
    message: 'must be given, or contentId, but not both',
  })
  .meta({ description: 'Either text or contentId. The source language is detected when it is not given.' });
export type TranslationInput = z.infer<typeof translationInput>;

/** The input of any kind, as it is shown; which one it is follows from the content type. */
export const generationInput = z.union([storyInput, imageInput, descriptionInput, translationInput]);
export type GenerationInput = z.infer<typeof generationInput>;
/** An input whose content type is known only behind it. */
export const inputOfAnyKind = z.record(z.string(), z.unknown());
