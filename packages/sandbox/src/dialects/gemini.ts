import { z } from 'zod';
import type { Answer, Dialect, Ending } from './dialect.ts';
import { geminiErrors } from './gemini-errors.ts';
import { InvalidCall } from './invalid-call.ts';
import { parseBody, tokenLimit } from './read.ts';
import { sse } from './sse.ts';

const parts = z.array(z.looseObject({ text: z.string().optional() }));

const body = z.looseObject({
  contents: z.array(z.looseObject({ role: z.string().optional(), parts })).min(1),
  systemInstruction: z.looseObject({ parts }).nullish(),
  generationConfig: z.looseObject({ maxOutputTokens: tokenLimit, seed: z.int().nullish() }).nullish(),
});

const finishReasons: Record<Ending, string | undefined> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  filtered: 'SAFETY',
  blocked: undefined,
  none: undefined,
};

const textOf = (list: z.infer<typeof parts>) => list.map(({ text = '' }) => text).join('');

/** Gemini's `generateContent` and `streamGenerateContent`; the model and the streaming stand in the path, not in the body. */
export const gemini: Dialect = {
  provider: 'google',
  keyRequired: true,
  errors: geminiErrors,
  readCall(input) {
    const request = parseBody(body, input);
    const user = request.contents.findLast(({ role = 'user' }) => role === 'user');
    if (!user) throw new InvalidCall('contents must hold words of the user');
    return {
      model: '',
      system: textOf(request.systemInstruction?.parts ?? []),
      prompt: textOf(user.parts),
      stream: false,
      maxTokens: request.generationConfig?.maxOutputTokens ?? undefined,
      seed: request.generationConfig?.seed ?? 0,
      includeUsage: true,
    };
  },
  headers: () => ({}),
  whole: (answer) => response(answer, answer.tokens.join(''), true),
  stream: (answer) => ({
    open: () => '',
    token: (token) => sse(response(answer, token, false)),
    close: () => (answer.ending === 'none' ? '' : sse(response(answer, '', true))),
    error: () => sse({ error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } }),
  }),
};

function response(answer: Answer, text: string, isLast: boolean): Record<string, unknown> {
  const meta = {
    usageMetadata: {
      promptTokenCount: answer.inputTokens,
      ...(isLast && { candidatesTokenCount: answer.tokens.length, thoughtsTokenCount: 0 }),
      totalTokenCount: answer.inputTokens + (isLast ? answer.tokens.length : 0),
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: answer.inputTokens }],
    },
    modelVersion: answer.model,
    responseId: answer.id,
  };
  if (answer.ending === 'blocked') {
    return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] }, ...meta };
  }
  const finishReason = isLast ? finishReasons[answer.ending] : undefined;
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...(finishReason && { finishReason }), index: 0 }],
    ...meta,
  };
}
