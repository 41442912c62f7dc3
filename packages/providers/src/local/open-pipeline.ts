import { type AllTasks, env, LogLevel, pipeline } from '@huggingface/transformers';
import { availableParallelism } from 'node:os';
import { type LocalTask, type ModelDtype, pipelineTasks } from './protocol.ts';

/** Loads a model from its folder, never from the network. In the child process only: it loads ONNX Runtime. */
export function openPipeline<T extends LocalTask>(
  task: T,
  { folder, dtype }: { folder: string; dtype: ModelDtype },
): Promise<AllTasks[(typeof pipelineTasks)[T]]> {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.logLevel = LogLevel.NONE;
  return pipeline<(typeof pipelineTasks)[T]>(pipelineTasks[task], folder, {
    dtype,
    device: 'cpu',
    // One core is left for the API and the worker.
    session_options: {
      intraOpNumThreads: Math.max(1, availableParallelism() - 1),
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    },
  });
}
