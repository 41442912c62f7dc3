import { chatUsage, createChatDialect } from './chat.ts';
import { openaiErrors } from './openai-errors.ts';
import { xaiChat } from './xai-chat.ts';

/** Servers on one's own machine: Ollama, llama.cpp, vLLM, LM Studio. A Grok model on the same path is xAI's older interface. */
export const openaiCompatible = createChatDialect({
  provider: 'openai-compatible',
  keyRequired: false,
  errors: openaiErrors,
  usage: chatUsage,
  alwaysUsage: false,
  // A refusal is a message of its own kind that ends like any other.
  blocked: { finishReason: 'stop', refusal: "I'm sorry, but I can't help with that." },
  midError: {
    error: {
      message: 'The server had an error while processing your request.',
      type: 'server_error',
      param: null,
      code: null,
    },
    withChoices: false,
  },
  forModel: (model) => (/^grok\b/i.test(model) ? xaiChat : openaiCompatible),
});
