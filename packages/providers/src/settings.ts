import type { ContentType, ProviderName } from '@octavo/contracts';

/** What `createProviders` needs to know; `apps/server/src/config.ts` fills it from the environment. */
export interface ProviderSettings {
  xai: { apiKey: string | undefined; baseUrl: string; model: string };
  google: { apiKey: string | undefined; baseUrl: string; model: string };
  openrouter: { apiKey: string | undefined; baseUrl: string; model: string };
  openaiCompatible: { baseUrl: string | undefined; apiKey: string | undefined; model: string | undefined };
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
  timeouts: { firstChunkMs: number; chunkMs: number; totalMs: number };
}
