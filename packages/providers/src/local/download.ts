import { fork } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { licenceOf } from './licence.ts';
import { checkModel, completeMarker, isHubId, locateModel } from './model-files.ts';
import type { DownloadFailure, DownloadJob, FromDownload } from './protocol.ts';

export interface DownloadProgress {
  /** The file whose bytes came last. */
  file: string;
  /** Of all files together. */
  loadedBytes: number;
  totalBytes: number;
}

/** Why a model could not be downloaded; the message says what to do. */
export class ModelDownloadError extends Error {
  override readonly name = 'ModelDownloadError';
  readonly code: DownloadFailure;

  constructor(code: DownloadFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether `model` is a hub id whose files are not all here. A folder never needs a download. */
export function needsDownload(model: string, cacheFolder: string): boolean {
  const files = locateModel(model, cacheFolder);
  return files.isHubModel && 'missing' in checkModel(files);
}

/** What a model is and what its licence allows, whether it is here or not. */
export const describeModel = (model: string, cacheFolder: string): string => licenceOf(locateModel(model, cacheFolder));

/**
 * Brings a model from the Hugging Face hub into `cacheFolder/owner/name` and loads it once, so that what is here works.
 * A download that breaks off keeps its whole files for the next try, and is not taken for a model.
 *
 * @throws ModelDownloadError
 */
export async function downloadModel(options: {
  model: string;
  cacheFolder: string;
  onProgress: (progress: DownloadProgress) => void;
  /** Another server with the hub's URL layout, ending in a slash. */
  remoteHost?: string;
}): Promise<void> {
  const { model, cacheFolder, onProgress, remoteHost } = options;
  if (!isHubId(model))
    throw new ModelDownloadError('invalid_id', `${model} is not a model id of the Hugging Face hub (owner/name).`);
  if (!needsDownload(model, cacheFolder)) return;
  const files = locateModel(model, cacheFolder);
  onDisk(cacheFolder, () => {
    mkdirSync(files.folder, { recursive: true });
    accessSync(files.folder, constants.W_OK);
    removeTemporaryFiles(files.folder);
  });
  await runChild({ hubId: model, cacheFolder, remoteHost }, onProgress);
  onDisk(cacheFolder, () => writeFileSync(join(files.folder, completeMarker), ''));
  const check = checkModel(files);
  if (!('missing' in check)) return;
  onDisk(cacheFolder, () => rmSync(join(files.folder, completeMarker)));
  throw new ModelDownloadError('disk', `The download of ${model} could not be kept: ${check.missing}`);
}

function runChild(job: DownloadJob, onProgress: (progress: DownloadProgress) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = fork(join(import.meta.dirname, 'download-child.ts'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('message', (message: FromDownload) => {
    if (message.type === 'failed') reject(new ModelDownloadError(message.code, message.message));
    else if (message.type === 'done') resolve();
    else onProgress({ file: message.file, loadedBytes: message.loadedBytes, totalBytes: message.totalBytes });
  });
  child.on('error', (error) =>
    reject(new ModelDownloadError('failed', 'The download could not be started.', { cause: error })),
  );
  child.on('exit', (code, signal) =>
    reject(
      new ModelDownloadError(
        'failed',
        `The process that downloads ${job.hubId} ended (${signal ?? `exit code ${code}`}).`,
      ),
    ),
  );
  child.send(job);
  return promise.finally(() => child.kill('SIGKILL'));
}

/** What a killed download left: the library writes to `name.tmp.…` and renames. */
function removeTemporaryFiles(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (basename(name).includes('.tmp.')) rmSync(join(folder, name), { force: true });
  }
}

function onDisk(cacheFolder: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelDownloadError('disk', `The folder for models, ${cacheFolder}, cannot be written: ${reason}`, {
      cause: error,
    });
  }
}
