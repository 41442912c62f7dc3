import { z } from 'zod';

/** The names of the content types; what each means to a model is data in `packages/providers/src/content-types`. */
export const contentTypeNames = ['blog', 'product', 'social', 'story'] as const;
export const contentType = z.enum(contentTypeNames);
export type ContentType = z.infer<typeof contentType>;

/** Where text can come from. `sandbox` is the built-in sample writer: no AI model. */
export const providerNames = ['xai', 'google', 'openrouter', 'openai-compatible', 'local', 'sandbox'] as const;
export const providerName = z.enum(providerNames);
export type ProviderName = z.infer<typeof providerName>;
