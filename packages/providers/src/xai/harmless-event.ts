/** Events whose loss would change the text or hide how it ended. */
const vital = /output_text|refusal|completed|done|incomplete|failed/;

/**
 * The SDK knows a closed list of xAI's events and reports any other as an error, so that a new event of xAI would
 * fail every text. One that carries no text and no ending is passed over.
 *
 * @returns what to warn of; undefined when the error has to be taken seriously
 */
export function harmlessEvent(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'AI_TypeValidationError' || !('value' in error)) return undefined;
  const type = (error.value as { type?: unknown } | null)?.type;
  return typeof type === 'string' && /^response\.[a-z_.]{1,80}$/.test(type) && !vital.test(type)
    ? `Unknown event ${type}`
    : undefined;
}
