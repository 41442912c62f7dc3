import { z } from 'zod';

/** Servers that speak OpenAI's chat completions, and the ports of this machine they usually listen on. */
export const usualServers = [
  { name: 'Ollama', port: 11_434 },
  { name: 'LM Studio', port: 1234 },
  { name: 'llama.cpp', port: 8080 },
  { name: 'vLLM', port: 8000 },
] as const;

const modelList = z.object({ data: z.array(z.object({ id: z.string().min(1) })).min(1) });
const answerWithinMs = 500;

export interface FoundServer {
  name: string;
  baseUrl: string;
  models: string[];
}

/** Asks one server for its models. @returns undefined unless it answers with a list in OpenAI's shape */
export async function askForModels(baseUrl: string, apiKey?: string): Promise<string[] | undefined> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: 'error',
    });
    if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return undefined;
    const parsed = modelList.safeParse(await response.json());
    return parsed.success ? parsed.data.data.map(({ id }) => id) : undefined;
  } catch {
    return undefined;
  }
}

export interface Discovery {
  /** The first look around is over. */
  ready: Promise<void>;
  found(): FoundServer | undefined;
  stop(): void;
}

/** Keeps looking for a model server on this machine; the first in the list that has a model is the one. */
export function startDiscovery(options: {
  intervalMs: number;
  servers?: ReadonlyArray<{ name: string; port: number }>;
}): Discovery {
  const servers = options.servers ?? usualServers;
  let found: FoundServer | undefined;

  async function look(): Promise<void> {
    const answers = await Promise.all(
      servers.map(async ({ name, port }) => {
        const baseUrl = `http://127.0.0.1:${port}/v1`;
        const models = await askForModels(baseUrl);
        return models && { name, baseUrl, models };
      }),
    );
    found = answers.find((answer) => answer !== undefined);
  }

  const ready = look();
  const timer = setInterval(() => void look(), options.intervalMs);
  timer.unref();
  return { ready, found: () => found, stop: () => clearInterval(timer) };
}
