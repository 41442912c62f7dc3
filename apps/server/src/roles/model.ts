import { createProgressBar, describeModel, downloadModel, ModelDownloadError, needsDownload } from '@octavo/providers';
import type { Config } from '#config';
import { assertWritable, StartupError } from './startup.ts';

/**
 * The role `model`: downloads the named model from the Hugging Face hub, or without a name every local one of the settings.
 * @throws StartupError
 */
export async function downloadModels(config: Config, named: string | undefined): Promise<void> {
  const { model, translationModel, captionModel } = config.providers.local;
  const wanted = named === undefined ? [model, translationModel, captionModel] : [named];
  for (const each of wanted) if (each !== undefined) await ensureModel(config, each);
}

/**
 * Downloads a model unless it is here, with its licence and a progress bar; the one in LOCAL_STORY_MODEL unless another is named.
 * @throws StartupError
 */
export async function ensureModel(config: Config, model = config.providers.local.model): Promise<void> {
  const { cacheFolder } = config.providers.local;
  if (!needsDownload(model, cacheFolder)) return;
  assertWritable(cacheFolder);
  console.error(`Downloading the model ${model} … ${describeModel(model, cacheFolder)}`);
  const bar = createProgressBar(process.stderr);
  try {
    await downloadModel({ model, cacheFolder, onProgress: bar.update });
  } catch (error) {
    bar.end();
    throw error instanceof ModelDownloadError ? new StartupError(error.message) : error;
  }
  bar.end();
}
