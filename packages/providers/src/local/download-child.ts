/** The child process of `downloadModel`: the library and its memory stay out of the server. */
import { AutoConfig, env, LogLevel, ModelRegistry, pipeline } from '@huggingface/transformers';
import { downloadFailure } from './download-failure.ts';
import { type DownloadJob, type FromDownload, modelDtypes, pipelineTasks, taskOf } from './protocol.ts';

process.on('disconnect', () => process.exit(0));
process.once('message', (job: DownloadJob) => {
  const fail = (error: unknown) => send({ type: 'failed', ...downloadFailure(error, job) });
  // The library opens its files without listening for their errors (a full disk, a folder without permission).
  process.on('uncaughtException', fail);
  download(job).then(() => send({ type: 'done' }), fail);
});

async function download({ hubId, cacheFolder, remoteHost }: DownloadJob): Promise<void> {
  env.logLevel = LogLevel.NONE;
  env.cacheDir = cacheFolder;
  env.allowLocalModels = false;
  if (remoteHost !== undefined) env.remoteHost = remoteHost;

  const config = (await AutoConfig.from_pretrained(hubId)) as { model_type?: unknown };
  const offered = await ModelRegistry.get_available_dtypes(hubId);
  const dtype = modelDtypes.find((candidate) => offered.includes(candidate));
  if (dtype === undefined) throw new Error('it has no ONNX weights that a CPU can run.');
  let file = '';
  const model = await pipeline(pipelineTasks[taskOf(config.model_type)], hubId, {
    dtype,
    device: 'cpu',
    session_options: { logSeverityLevel: 4 },
    progress_callback: (info) => {
      if (info.status === 'progress') file = info.file;
      if (info.status === 'progress_total')
        send({ type: 'progress', file, loadedBytes: info.loaded, totalBytes: info.total });
    },
  });
  await model.dispose();
}

function send(message: FromDownload): void {
  if (process.connected) process.send?.(message);
}
