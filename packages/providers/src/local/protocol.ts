/** What the parent and the child processes say to each other, over the IPC channel of `fork`. */

/** What a local model is for: the content type it serves. */
export const localTasks = ['story', 'translation', 'description'] as const;
export type LocalTask = (typeof localTasks)[number];

interface CommonJob {
  /** An absolute folder that `checkModel` found complete. */
  folder: string;
  dtype: ModelDtype;
}

export interface StoryJob extends CommonJob {
  task: 'story';
  title: string;
  prompt: string;
  /** How many paragraphs the story is to have. */
  paragraphs?: number | undefined;
  seed: number;
}

export interface TranslationJob extends CommonJob {
  task: 'translation';
  /** Markdown. */
  text: string;
  /** NLLB codes, both known to be some. */
  source: string;
  target: string;
}

export interface DescriptionJob extends CommonJob {
  task: 'description';
  image: Uint8Array;
}

export type Job = StoryJob | TranslationJob | DescriptionJob;

export type ToChild = { type: 'write'; id: number; job: Job } | { type: 'abort'; id: number };

export type FromChild =
  | { type: 'delta'; id: number; text: string }
  | ({ type: 'done'; id: number } & WriteEnd)
  /** It ended early because the parent asked for it. */
  | { type: 'aborted'; id: number }
  | { type: 'failed'; id: number; stage: FailedStage; message: string };

/** `load`: this model will never work here. `refused`: it cannot do this job. `run`: this one time it did not work. */
export type FailedStage = 'load' | 'refused' | 'run';

export interface WriteEnd {
  finishReason: 'stop' | 'length';
  inputTokens: number;
  outputTokens: number;
  warnings: string[];
}

/** Weight formats, best for a CPU first, and how the files of each are called. */
const weightSuffixes = {
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  fp32: '',
  fp16: '_fp16',
} as const;
export type ModelDtype = keyof typeof weightSuffixes;
export const modelDtypes = Object.keys(weightSuffixes) as ModelDtype[];

/** The files of a model folder that hold its weights. */
export function weightFiles(task: LocalTask, dtype: ModelDtype): string[] {
  const parts = task === 'story' ? ['model'] : ['encoder_model', 'decoder_model_merged'];
  return parts.map((part) => `onnx/${part}${weightSuffixes[dtype]}.onnx`);
}

/** The library's word for a task. */
export const pipelineTasks = {
  story: 'text-generation',
  translation: 'translation',
  description: 'image-to-text',
} as const satisfies Record<LocalTask, string>;

/** What a model is for, by the `model_type` in its config.json. */
export function taskOf(modelType: unknown): LocalTask {
  if (modelType === 'm2m_100' || modelType === 't5') return 'translation';
  return modelType === 'vision-encoder-decoder' ? 'description' : 'story';
}

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
