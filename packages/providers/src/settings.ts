import type { ContentType, ProviderName } from '@octavo/contracts';

/** Those that are asked with a key. */
export type KeyedProvider = 'xai' | 'google' | 'openrouter' | 'openai-compatible';

/** What `createProviders` needs to know; `apps/server/src/config.ts` fills it from the environment. */
export interface ProviderSettings {
  /**
   * Keys that may come, change and go while everything runs; asked before each call, and never waits. One in the
   * settings goes before it.
   */
  storedKey?: ((provider: KeyedProvider) => string | undefined) | undefined;
  xai: HostedAccount;
  google: HostedAccount;
  openrouter: HostedAccount;
  openaiCompatible: {
    baseUrl: string | undefined;
    apiKey: string | undefined;
    model: string | undefined;
    /** Draws; without one this server is not asked for images. */
    imageModel: string | undefined;
    /** Describes images; without one, the first model of the server whose name says that it can see. */
    visionModel: string | undefined;
  };
  /** Look for Ollama, llama.cpp, vLLM and LM Studio on their usual ports of this machine. */
  discovery: { enabled: boolean; intervalMs: number };
  local: {
    /** A folder or a Hugging Face hub id of a GPT-2 family model in ONNX form. */
    model: string;
    /** A folder or a hub id of NLLB-200 or MADLAD-400 in ONNX form; without one nothing is translated here. */
    translationModel?: string | undefined;
    /** A folder or a hub id of a ViT-GPT2 captioner in ONNX form; without one no image is described here. */
    captionModel?: string | undefined;
    /** Where downloaded models are kept. */
    cacheFolder: string;
    /** The child process ends after this long without work. */
    idleMs: number;
  };
  /** Base URL of a running sandbox (`packages/sandbox`). */
  sandbox: { baseUrl: string };
  /** Which providers a content type may use, best first; without an entry the default order applies. */
  order: Partial<Record<ContentType, ProviderName[]>>;
  /** `imageMs` is the longest wait for one image: it comes in one piece, so nothing is heard before it is finished. */
  timeouts: { firstChunkMs: number; chunkMs: number; totalMs: number; imageMs: number };
  /** Fetches an image from an address that a provider named; without it such an answer counts as none. */
  fetchImage?: FetchImage | undefined;
}

/**
 * Must refuse addresses of the own network and bodies of more than `maxBytes`, also behind redirects, and hang up
 * when `signal` aborts.
 */
export type FetchImage = (url: string, options: { signal: AbortSignal; maxBytes: number }) => Promise<Uint8Array>;

interface HostedAccount {
  apiKey: string | undefined;
  baseUrl: string;
  model: string;
  imageModel: string;
  /** Describes images, where `model` cannot. */
  visionModel?: string | undefined;
}
