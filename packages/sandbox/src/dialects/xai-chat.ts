import { chatUsage, createChatDialect } from './chat.ts';
import { xaiCostTicks } from './xai-cost.ts';
import { xaiErrors } from './xai-errors.ts';

/** xAI's older interface: chat completions with xAI's errors and costs. */
export const xaiChat = createChatDialect({
  provider: 'xai',
  keyRequired: false,
  errors: xaiErrors,
  extra: { system_fingerprint: 'fp_octavo_sandbox' },
  usage: (answer) => ({
    ...chatUsage(answer),
    num_sources_used: 0,
    cost_in_usd_ticks: xaiCostTicks({
      input: answer.inputTokens,
      output: answer.tokens.length + answer.reasoning.length,
    }),
  }),
  alwaysUsage: true,
  blocked: { finishReason: 'content_filter', refusal: null },
  midError: {
    error: { message: 'The model stopped unexpectedly.', type: 'server_error', param: null, code: null },
    withChoices: false,
  },
});
