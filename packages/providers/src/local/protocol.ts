/** What the parent and the child processes say to each other, over the IPC channel of `fork`. */

export interface StoryJob {
  /** An absolute folder that `checkModel` found complete. */
  folder: string;
  dtype: ModelDtype;
  title: string;
  prompt: string;
  /** How many paragraphs the story is to have. */
  paragraphs?: number | undefined;
  seed: number;
}

export type ToChild = { type: 'write'; id: number; job: StoryJob } | { type: 'abort'; id: number };

export type FromChild =
  | { type: 'delta'; id: number; text: string }
  | ({ type: 'done'; id: number } & StoryEnd)
  /** It ended early because the parent asked for it. */
  | { type: 'aborted'; id: number }
  /** `load`: this model will never work here. `run`: this one time it did not. */
  | { type: 'failed'; id: number; stage: 'load' | 'run'; message: string };

export interface StoryEnd {
  finishReason: 'stop' | 'length';
  inputTokens: number;
  outputTokens: number;
  warnings: string[];
}

/** Weight formats, best for a CPU first, and the file of a model folder that holds each. */
export const weightFiles = {
  q8: 'onnx/model_quantized.onnx',
  int8: 'onnx/model_int8.onnx',
  uint8: 'onnx/model_uint8.onnx',
  q4: 'onnx/model_q4.onnx',
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
} as const;
export type ModelDtype = keyof typeof weightFiles;
export const modelDtypes = Object.keys(weightFiles) as ModelDtype[];

export interface DownloadJob {
  hubId: string;
  cacheFolder: string;
  /** Another server with the hub's URL layout; the Hugging Face hub when undefined. */
  remoteHost: string | undefined;
}

export type FromDownload =
  | { type: 'progress'; file: string; loadedBytes: number; totalBytes: number }
  | { type: 'done' }
  | { type: 'failed'; code: DownloadFailure; message: string };

export type DownloadFailure = 'invalid_id' | 'not_found' | 'network' | 'disk' | 'failed';
