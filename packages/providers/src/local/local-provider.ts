import type { ProviderState } from '@octavo/contracts';
import { ProviderError, type ProviderErrorCode, type ProviderPart, type Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { ignoredInputs } from './ignored-inputs.ts';
import { checkModel, downloadedModels, locateModel, type ModelFiles } from './model-files.ts';
import { createModelProcess } from './model-process.ts';

/** Stories from a model of the GPT-2 family in a child process of this machine. */
export function createLocalProvider(
  settings: ProviderSettings['local'],
): Provider & { readonly modelPid: number | undefined } {
  const configured = locateModel(settings.model, settings.cacheFolder);
  const modelProcess = createModelProcess(settings.idleMs);

  /** A request chooses from what is here by name; its words never become a path. */
  function findModel(name: string): ModelFiles {
    if (name === configured.name) return configured;
    if (downloadedModels(settings.cacheFolder).includes(name)) return locateModel(name, settings.cacheFolder);
    throw failure('provider_model_not_found', `The local provider has no model ${name}.`);
  }

  return {
    name: 'local',
    get modelPid() {
      return modelProcess.pid;
    },
    state: () => describe(configured, settings.cacheFolder),
    async *stream(request, { signal }): AsyncGenerator<ProviderPart, void, undefined> {
      const { contentType, title, prompt, model, seed } = request;
      const input = request.contentType === 'story' ? request.input : undefined;
      signal.throwIfAborted();
      const files = findModel(model);
      const check = checkModel(files);
      if ('missing' in check) throw failure('local_model_failed', check.missing);
      const job = { folder: files.folder, dtype: check.dtype, title, prompt, paragraphs: input?.paragraphs, seed };
      for await (const part of modelProcess.write(job, signal)) {
        if (part.type === 'delta') {
          yield { type: 'delta', text: part.text };
          continue;
        }
        const warnings = [...(contentType === 'story' ? [] : [onlyTales]), ...ignoredInputs(input), ...part.warnings];
        const { inputTokens, outputTokens } = part;
        yield { type: 'finish', finishReason: part.finishReason, usage: { inputTokens, outputTokens }, warnings };
      }
    },
    close: () => modelProcess.stop(),
  };
}

const onlyTales = 'The local model writes tales only, whatever the content type.';

function describe(configured: ModelFiles, cacheFolder: string): ProviderState {
  const check = checkModel(configured);
  const available = !('missing' in check);
  const bundled = 'The bundled story model: 8.9 million parameters, English fairy tales only.';
  return {
    name: 'local',
    available,
    defaultModel: configured.name,
    models: [configured.name, ...downloadedModels(cacheFolder).filter((name) => name !== configured.name)],
    contentTypes: ['story'],
    note: !available
      ? check.missing
      : configured.name === 'octavo-story-tiny'
        ? bundled
        : `The local model ${configured.name}.`,
  };
}

/** Trying again does not bring the files. */
function failure(code: ProviderErrorCode, detail: string): ProviderError {
  return new ProviderError(code, { provider: 'local', isRetryable: false, cause: new Error(detail) });
}
