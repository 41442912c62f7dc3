import { splitTokens } from '../writing/split-tokens.ts';

const thoughts = splitTokens(
  'No model is thinking here: the sandbox reads the request, picks a kind of text and a language, and chooses sentences from its bank.',
);

/** The thoughts that a reasoning model shows, known by its id; empty for the other models. */
export function think(model: string): string[] {
  return /(?<!non-)reasoning|thinking|grok-code|grok-3-mini/i.test(model) ? thoughts : [];
}
