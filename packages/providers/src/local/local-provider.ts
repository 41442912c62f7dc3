import { isLanguageCode, type ProviderState } from '@octavo/contracts';
import { type GenerationRequest, ProviderError, type ProviderErrorCode, type Provider } from '../provider.ts';
import type { ProviderPart } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { ignoredInputs } from './ignored-inputs.ts';
import { sourceLanguage } from '../translation/index.ts';
import { licenceOf } from './licence.ts';
import { checkModel, downloadedModels, locateModel, type ModelFiles } from './model-files.ts';
import { createModelProcess } from './model-process.ts';
import { type Job, type LocalTask, localTasks } from './protocol.ts';

/** What a job is, apart from the model that does it. */
type Work = Job extends infer J
  ? J extends Job
    ? Omit<J, 'folder' | 'dtype'> & { warnings: string[] }
    : never
  : never;

/** Stories, translations and image descriptions from models in child processes of this machine, one for each kind. */
export function createLocalProvider(
  settings: ProviderSettings['local'],
): Provider & { readonly modelPids: Readonly<Record<LocalTask, number | undefined>> } {
  const { cacheFolder, idleMs } = settings;
  const locate = (model: string | undefined) => (model === undefined ? undefined : locateModel(model, cacheFolder));
  const configured: Partial<Record<LocalTask, ModelFiles | undefined>> = {
    story: locate(settings.model),
    translation: locate(settings.translationModel),
    description: locate(settings.captionModel),
  };
  const processes = {
    story: createModelProcess(idleMs),
    translation: createModelProcess(idleMs),
    description: createModelProcess(idleMs),
  };

  /** A request chooses from what is here by name; its words never become a path. */
  function findModel(name: string, task: LocalTask): ModelFiles {
    const files = configured[task];
    if (files && name === files.name) return files;
    if (downloadedModels(cacheFolder, task).includes(name)) return locateModel(name, cacheFolder);
    throw failure('provider_model_not_found', `The local provider has no model ${name} for this.`);
  }

  return {
    name: 'local',
    get modelPids() {
      const { story, translation, description } = processes;
      return { story: story.pid, translation: translation.pid, description: description.pid };
    },
    state: () => describe(configured, cacheFolder),
    async *stream(request, { signal }): AsyncGenerator<ProviderPart, void, undefined> {
      signal.throwIfAborted();
      const { warnings, ...work } = workFor(request);
      const files = findModel(request.model, work.task);
      const check = checkModel(files, work.task);
      if ('missing' in check) throw failure('local_model_failed', check.missing);
      const job = { ...work, folder: files.folder, dtype: check.dtype } as Job;
      for await (const part of processes[job.task].write(job, signal)) {
        if (part.type === 'delta') {
          yield { type: 'delta', text: part.text };
          continue;
        }
        const { finishReason, inputTokens, outputTokens } = part;
        yield {
          type: 'finish',
          finishReason,
          usage: { inputTokens, outputTokens },
          warnings: [...warnings, ...part.warnings],
        };
      }
    },
    async close() {
      await Promise.all(localTasks.map((task) => processes[task].stop()));
    },
  };
}

/** @throws ProviderError provider_bad_request for a language that is none */
function workFor(request: GenerationRequest): Work {
  const { contentType, title, prompt, seed } = request;
  if (contentType === 'translation') {
    const { text, source: said, target } = request.input;
    for (const code of [target, said]) {
      if (code !== undefined && !isLanguageCode(code))
        throw failure('provider_bad_request', `There is no language ${JSON.stringify(code)}.`);
    }
    const source = sourceLanguage(request.input);
    const warnings = [
      ...(source === undefined ? ['The language of the text could not be told; it was taken for English.'] : []),
      ...(prompt.trim() === '' ? [] : ['A local translation model follows no instructions.']),
    ];
    return { task: 'translation', text, source: source ?? 'eng_Latn', target, warnings };
  }
  if (contentType === 'description') {
    const { input, images } = request;
    const { length = 'short', language = 'eng_Latn' } = input;
    const isMore = length !== 'short' || language !== 'eng_Latn' || prompt.trim() !== '';
    const warnings = isMore
      ? ['The local model describes an image in one English sentence, whatever is asked for.']
      : [];
    return { task: 'description', image: images[0].bytes, warnings };
  }
  const input = contentType === 'story' ? request.input : undefined;
  const warnings = ignoredInputs(input);
  return { task: 'story', title, prompt, paragraphs: input?.paragraphs, seed, warnings };
}

function describe(
  configured: Partial<Record<LocalTask, ModelFiles | undefined>>,
  cacheFolder: string,
): Omit<ProviderState, 'name'> & { name: 'local' } {
  const setUp = localTasks.flatMap((task) => {
    const files = configured[task];
    return files ? [{ task, files, check: checkModel(files, task) }] : [];
  });
  const usable = setUp.filter(({ check }) => 'dtype' in check);
  const names = setUp.map(({ files }) => files.name);
  return {
    name: 'local',
    available: usable.length > 0,
    defaultModel: configured.story?.name ?? null,
    defaultModels: Object.fromEntries(usable.map(({ task, files }) => [task, files.name])),
    models: [...new Set([...names, ...localTasks.flatMap((task) => downloadedModels(cacheFolder, task))])],
    contentTypes: usable.map(({ task }) => task),
    note: setUp.flatMap(({ files, check }) => notes(files, check)).join(' '),
  };
}

/** Whoever is about to download a model is told of its licence as well. */
function notes(files: ModelFiles, check: ReturnType<typeof checkModel>): string[] {
  if (!('missing' in check)) return [licenceOf(files)];
  return files.isHubModel ? [licenceOf(files), check.missing] : [check.missing];
}

/** Trying again does not bring the files. */
function failure(code: ProviderErrorCode, detail: string): ProviderError {
  return new ProviderError(code, { provider: 'local', isRetryable: false, cause: new Error(detail) });
}
