import type { FoundServer } from '../discovery/index.ts';

/** What the person in front of the settings should know of the server. */
export function describeServer(server: FoundServer | undefined, model: string | null): string {
  if (!server) return 'Set OPENAI_COMPATIBLE_BASE_URL, or start Ollama, llama.cpp, vLLM or LM Studio on this machine.';
  const { name, baseUrl, isConfigured, isAnswering } = server;
  const address = baseUrl.replace(/\/v1$/, '');
  const who = isConfigured ? `The configured server at ${withoutLogin(baseUrl)}` : `${name} found at ${address}`;
  if (!isAnswering) return `${who} is not answering at the moment.`;
  return model === null ? `${who} lists no model that writes text; set OPENAI_COMPATIBLE_MODEL.` : who;
}

function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#][^]*/, '');
}
