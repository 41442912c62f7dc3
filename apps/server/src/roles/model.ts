import { createProgressBar, downloadModel, ModelDownloadError, needsDownload } from '@octavo/providers';
import type { Config } from '#config';
import { assertWritable, StartupError } from './startup.ts';

/**
 * Downloads a story model from the Hugging Face hub, with a progress bar; the one in LOCAL_STORY_MODEL unless
 * another is named.
 * @throws StartupError
 */
export async function ensureModel(config: Config, model = config.providers.local.model): Promise<void> {
  const { cacheFolder } = config.providers.local;
  if (!needsDownload(model, cacheFolder)) return;
  assertWritable(cacheFolder);
  console.error(`Downloading the model ${model} …`);
  const bar = createProgressBar(process.stderr);
  try {
    await downloadModel({ model, cacheFolder, onProgress: bar.update });
  } catch (error) {
    bar.end();
    throw error instanceof ModelDownloadError ? new StartupError(error.message) : error;
  }
  bar.end();
}
