import { z } from 'zod';
import { contentType, providerName } from './content-types.ts';

export const healthView = z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() });

/** Why a provider is left alone for a while. Absent while it works. */
export const providerCircuit = z.object({
  /** `paused`: it asked for silence. `half-open`: the next call shows whether it works again. */
  state: z.enum(['open', 'half-open', 'paused']),
  since: z.string().nullable(),
  /** Nobody calls it before. */
  retryAt: z.string().nullable(),
  reason: z.string(),
});
export type ProviderCircuit = z.infer<typeof providerCircuit>;

export const providerState = z.object({
  name: providerName,
  /** Can be asked for a generation right now. */
  available: z.boolean(),
  /** The model used when a request names none. */
  defaultModel: z.string().nullable(),
  /** Where a content type uses another model than `defaultModel`. */
  defaultModels: z.partialRecord(contentType, z.string()).optional(),
  models: z.array(z.string()),
  contentTypes: z.array(contentType),
  /** Why it is not available, or where it was found; one sentence. */
  note: z.string(),
  circuit: providerCircuit.optional(),
});
export type ProviderState = z.infer<typeof providerState>;

export const readyView = z.object({
  status: z.enum(['ready', 'degraded', 'unavailable']),
  database: z.object({ ok: z.boolean(), detail: z.string() }),
  queue: z.object({ ok: z.boolean(), backend: z.enum(['postgres', 'redis']), detail: z.string() }),
  providers: z.array(providerState),
});
export type ReadyView = z.infer<typeof readyView>;

/** What the studio's form offers: the providers, and which one each content type would use. */
export const providersView = z.object({
  providers: z.array(providerState),
  defaults: z.record(contentType, providerName),
});
export type ProvidersView = z.infer<typeof providersView>;
