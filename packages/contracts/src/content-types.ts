import { z } from 'zod';
import { contentTypeNames, providerNames } from './names.ts';

/** What each content type means to a model is data in `packages/providers/src/content-types`. */
export const contentType = z.enum(contentTypeNames);
export type ContentType = z.infer<typeof contentType>;

export const providerName = z.enum(providerNames);
export type ProviderName = z.infer<typeof providerName>;
