import { askForModels, repeat, type Search } from '../discovery/index.ts';

/** A configured server may be far away. */
const answerWithinMs = 3000;

/**
 * The server in the settings. It counts as there whether it answers or not, for it may be starting. It is asked for
 * its models until it has named some, unless the settings name the model.
 */
export function watchServer(options: {
  baseUrl: string;
  key: () => string | undefined;
  model: string | undefined;
  intervalMs: number;
}): Search {
  const { baseUrl, key, model, intervalMs } = options;
  let models = model === undefined ? [] : [model];
  let isAnswering = true;
  const search = repeat(intervalMs, async () => {
    if (models.length > 0) return;
    const named = await askForModels(baseUrl, { apiKey: key(), withinMs: answerWithinMs, isKnown: true });
    isAnswering = named !== undefined;
    models = named ?? [];
  });
  return {
    ...search,
    found: () => ({ name: 'The configured server', baseUrl, models, isConfigured: true, isAnswering }),
  };
}
