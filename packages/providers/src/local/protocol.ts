/** What the parent and the child with the model say to each other. */
export type ToChild =
  | { type: 'generate'; id: number; opening: string; seed: number }
  | { type: 'abort'; id: number };

export type FromChild =
  | { type: 'delta'; id: number; text: string }
  | { type: 'done'; id: number; finishReason: 'stop' | 'length'; inputTokens: number; outputTokens: number }
  /** `load`: this model will never work here. `run`: this one time it did not. */
  | { type: 'failed'; id: number; stage: 'load' | 'run'; message: string };

export interface ChildSettings {
  /** Folder that holds the model's own folder. */
  parentFolder: string;
  model: string;
  dtype: string;
}
