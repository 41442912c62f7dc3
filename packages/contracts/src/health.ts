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
  /** Strangers may ask: no models, and no notes, in which addresses stand. */
  providers: z.array(providerState.pick({ name: true, available: true, circuit: true })),
});
export type ReadyView = z.infer<typeof readyView>;

/** What an admin sees of a provider: how it stands, how much of its limits is used, and who waits for it. */
export const providerHealth = z.object({
  ...providerState.omit({ circuit: true }).shape,
  /** Null for those that are part of this server: there is nobody to spare. */
  circuit: z
    .object({
      state: z.enum(['closed', ...providerCircuit.shape.state.options]),
      /** Through its own fault, in a row. */
      failures: z.int(),
      /** So many open it; a refused key or account needs only one. */
      failuresToOpen: z.int(),
      since: z.string().nullable(),
      /** Nobody calls it before; the next call then is the one that shows whether it works again. */
      retryAt: z.string().nullable(),
      /** That call is under way. */
      isProbing: z.boolean(),
      /** Of the failures in a row; gone with the first answer that is good. */
      lastError: z.object({ code: z.string(), reason: z.string() }).nullable(),
    })
    .nullable(),
  /** Calls in any 60 seconds, and at the same time; 0 is no limit. Null: none is set. */
  limits: z.object({ perMinute: z.int(), concurrency: z.int() }).nullable(),
  /** Calls of the last 60 seconds; null where nobody counts them, because there is no limit. */
  recent: z.int().nullable(),
  /** Calls under way. */
  running: z.int(),
  /** Generations in its line. */
  waiting: z.int(),
});
export type ProviderHealth = z.infer<typeof providerHealth>;
export const providerHealthList = z.object({ providers: z.array(providerHealth) });
export type ProviderHealthList = z.infer<typeof providerHealthList>;

/** What the studio's form offers: the providers, and which one each content type would use. */
export const providersView = z.object({
  providers: z.array(providerState),
  defaults: z.record(contentType, providerName),
});
export type ProvidersView = z.infer<typeof providersView>;
