/** The names and limits that a browser needs without zod: `@octavo/contracts/names`. */
export const contentTypeNames = ['blog', 'product', 'social', 'story'] as const;

/** Where text can come from. `sandbox` is the built-in sample writer: no AI model. */
export const providerNames = ['xai', 'google', 'openrouter', 'openai-compatible', 'local', 'sandbox'] as const;

/** `pending → processing → completed | failed | cancelled`; the last three are terminal. */
export const generationStatuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;

export const terminalStatuses = ['completed', 'failed', 'cancelled'] as const satisfies ReadonlyArray<
  (typeof generationStatuses)[number]
>;

export function isTerminal(status: (typeof generationStatuses)[number]): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}

export const maxPromptLength = 20_000;
export const maxTitleLength = 200;
export const maxBodyLength = 200_000;
