import { chatUsage, createChatDialect } from './chat.ts';
import type { Answer, Dialect } from './dialect.ts';
import { openrouterErrors } from './openrouter-errors.ts';

/** OpenRouter: chat completions that also say who served them and what they cost, with comments while one waits. */
export const openrouter: Dialect = createChatDialect({
  provider: 'openrouter',
  keyRequired: true,
  errors: openrouterErrors,
  headers: ({ id }) => ({ 'x-generation-id': id }),
  extra: { provider: 'Octavo sandbox' },
  choiceExtra: { native_finish_reason: 'stop', logprobs: null },
  comment: ': OPENROUTER PROCESSING\n\n',
  usage: (answer) => ({ ...chatUsage(answer), cost: costUsd(answer), cost_details: { upstream_inference_cost: null } }),
  alwaysUsage: true,
  blocked: { finishReason: 'content_filter', refusal: null },
  midError: { error: { code: 'server_error', message: 'Provider disconnected unexpectedly' }, withChoices: true },
});

/** 0.10 USD a million tokens in, 0.30 out; models that end in `:free` cost nothing. */
function costUsd({ model, inputTokens, tokens }: Answer): number {
  return model.endsWith(':free') ? 0 : (inputTokens + 3 * tokens.length) / 10_000_000;
}
