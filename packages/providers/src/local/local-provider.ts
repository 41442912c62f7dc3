import type { TextPart, TextProvider } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { checkModel, locateModel, splitForLibrary } from './model-files.ts';
import { createModelProcess } from './model-process.ts';
import { looksEnglish, storyOpening } from './story-opening.ts';

/** Stories from a model of the GPT-2 family in a child process of this machine. */
export function createLocalProvider(settings: ProviderSettings['local']): TextProvider & { readonly modelPid: number | undefined } {
  const files = locateModel(settings.model, settings.cacheFolder);
  let process: ReturnType<typeof createModelProcess> | undefined;

  function modelProcess(): ReturnType<typeof createModelProcess> {
    const check = checkModel(files);
    if ('missing' in check) {
      throw new ProviderError('local_model_failed', { provider: 'local', isRetryable: false, cause: new Error(check.missing) });
    }
    return (process ??= createModelProcess({ ...splitForLibrary(files), dtype: check.dtype }, settings.idleMs));
  }

  return {
    name: 'local',
    get modelPid() {
      return process?.pid;
    },
    state() {
      const check = checkModel(files);
      const isAvailable = !('missing' in check);
      return {
        name: 'local',
        available: isAvailable,
        defaultModel: files.name,
        models: [files.name],
        contentTypes: ['story'],
        note: !isAvailable
          ? check.missing
          : files.name === 'octavo-story-tiny'
            ? 'The bundled story model: very small (8.9 million parameters), English fairy tales only.'
            : `The local model ${files.name}.`,
      };
    },
    async *streamText({ title, prompt, seed }, { signal }): AsyncGenerator<TextPart, void, undefined> {
      const opening = storyOpening(title, prompt);
      let hasBegun = false;
      for await (const part of modelProcess().write(opening, seed, signal)) {
        if (!hasBegun) {
          hasBegun = true;
          yield { type: 'delta', text: opening };
        }
        if (part.type === 'delta') {
          yield part;
        } else {
          yield {
            type: 'finish',
            finishReason: part.finishReason,
            usage: { inputTokens: part.inputTokens, outputTokens: part.outputTokens },
            warnings: looksEnglish(prompt) ? [] : ['The local model knows English only.'],
          };
        }
      }
    },
    async close() {
      process?.stop();
    },
  };
}
