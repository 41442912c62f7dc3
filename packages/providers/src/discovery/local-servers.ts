export interface LocalServer {
  name: string;
  port: number;
}

/** Servers that speak OpenAI's chat completions, and the ports of this machine they usually listen on; best first. */
export const usualServers: readonly LocalServer[] = [
  { name: 'Ollama', port: 11_434 },
  { name: 'LM Studio', port: 1234 },
  { name: 'llama.cpp', port: 8080 },
  { name: 'vLLM', port: 8000 },
];
