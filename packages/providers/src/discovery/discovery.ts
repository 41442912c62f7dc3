import { askForModels } from './ask-for-models.ts';
import { type LocalServer, usualServers } from './local-servers.ts';
import { repeat } from './repeat.ts';
import type { FoundServer, Search } from './search.ts';

const answerWithinMs = 500;
const rememberForMs = 15 * 60_000;

/**
 * Keeps looking for a model server on this machine; the first of the list that names a model is the one. A server
 * that stops answering stays the one for a while, until another is found: it may be busy, and while it fails no
 * sample text must take its place.
 */
export function startDiscovery(options: {
  intervalMs: number;
  servers?: readonly LocalServer[];
  now?: () => number;
}): Search {
  const { intervalMs, servers = usualServers, now = Date.now } = options;
  let last: FoundServer | undefined;
  let lastAnswerAt = 0;

  const search = repeat(intervalMs, async () => {
    const answers = await Promise.all(servers.map(ask));
    const found = answers.find((answer) => answer !== undefined);
    if (found) {
      last = found;
      lastAnswerAt = now();
    } else if (last) {
      last = now() - lastAnswerAt < rememberForMs ? { ...last, isAnswering: false } : undefined;
    }
  });
  return { ...search, found: () => last };
}

async function ask({ name, port }: LocalServer): Promise<FoundServer | undefined> {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const models = await askForModels(baseUrl, { withinMs: answerWithinMs });
  return models && { name, baseUrl, models, isConfigured: false, isAnswering: true };
}
