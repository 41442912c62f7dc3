import { z } from 'zod';
import { accountView, mailSettings, providerKeySettings, putSecretBody, whatsAppSettings } from './accounts.ts';
import { batchCell, batchDetail, batchRow, batchRowView, batchView } from './batches.ts';
import { contentView, generationAccepted } from './content.ts';
import { attemptView, bodyOfKind, generateBody, generationView } from './generations.ts';
import {
  descriptionInput,
  generationInput,
  imageInput,
  inputOfAnyKind,
  languageCode,
  storyInput,
  translationInput,
} from './inputs.ts';
import { mediaView } from './media.ts';
import { provenance, versionText, versionView } from './versions.ts';

/** Schemas that stand once in the document of the API, under these names. */
export const namedSchemas: Record<string, z.ZodType> = {
  LanguageCode: languageCode,
  StoryInput: storyInput,
  ImageInput: imageInput,
  DescriptionInput: descriptionInput,
  TranslationInput: translationInput,
  AccountView: accountView,
  AttemptView: attemptView,
  BatchView: batchView,
  BatchDetail: batchDetail,
  BatchRowView: batchRowView,
  ContentView: contentView,
  GenerationAccepted: generationAccepted,
  GenerationView: generationView,
  MediaView: mediaView,
  Provenance: provenance,
  VersionView: versionView,
  VersionText: versionText,
};

/** Schemas that let through what is judged behind them, and what the document shows in their place. */
export const shownAs: ReadonlyMap<z.core.$ZodType, z.ZodType> = new Map<z.core.$ZodType, z.ZodType>([
  [generateBody, bodyOfKind],
  [inputOfAnyKind, generationInput],
  [batchRow, z.record(z.string(), batchCell)],
  [putSecretBody, z.union([providerKeySettings, mailSettings, whatsAppSettings])],
]);
