import { z } from 'zod';
import { mailSettings, providerKeySettings, putSecretBody, whatsAppSettings } from './accounts.ts';
import { batchCell, batchRow } from './batches.ts';
import { bodyOfKind, generateBody } from './generations.ts';
import {
  descriptionInput,
  generationInput,
  imageInput,
  inputOfAnyKind,
  languageCode,
  storyInput,
  translationInput,
} from './inputs.ts';

/** Schemas that stand once in the document of the API, under these names. */
export const namedSchemas: Record<string, z.ZodType> = {
  LanguageCode: languageCode,
  StoryInput: storyInput,
  ImageInput: imageInput,
  DescriptionInput: descriptionInput,
  TranslationInput: translationInput,
};

/** Schemas that let through what is judged behind them, and what the document shows in their place. */
export const shownAs: ReadonlyMap<z.core.$ZodType, z.ZodType> = new Map<z.core.$ZodType, z.ZodType>([
  [generateBody, bodyOfKind],
  [inputOfAnyKind, generationInput],
  [batchRow, z.record(z.string(), batchCell)],
  [putSecretBody, z.union([providerKeySettings, mailSettings, whatsAppSettings])],
]);
