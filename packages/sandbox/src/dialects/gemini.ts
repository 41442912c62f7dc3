import { z } from 'zod';
import type { Answer, Dialect, Ending, StreamEncoder } from './dialect.ts';
import { geminiErrors } from './gemini-errors.ts';
import { drawingOfRatio } from './image-call.ts';
import { InvalidCall } from './invalid-call.ts';
import { parseBody, tokenLimit } from './read.ts';
import { sse } from './sse.ts';

type Fields = Record<string, unknown>;

/** Gemini's `generateContent` and `streamGenerateContent`; the model and the streaming stand in the path, not in the body. */
export const gemini: Dialect = {
  provider: 'google',
  keyRequired: true,
  errors: geminiErrors,
  readCall(input) {
    const request = parseBody(body, input);
    const user = request.contents.findLast(({ role = 'user' }) => role === 'user');
    if (!user) throw new InvalidCall('contents must hold words of the user');
    const { responseModalities, imageConfig } = request.generationConfig ?? {};
    const pictures = user.parts.flatMap(({ inlineData }) =>
      inlineData ? [Buffer.from(inlineData.data, 'base64')] : [],
    );
    return {
      model: '',
      system: textOf(request.systemInstruction?.parts ?? []),
      prompt: textOf(user.parts),
      stream: false,
      maxTokens: request.generationConfig?.maxOutputTokens ?? undefined,
      seed: request.generationConfig?.seed ?? 0,
      includeUsage: true,
      pictures,
      ...(responseModalities?.includes('IMAGE') && {
        drawings: { ...drawingOfRatio(imageConfig?.aspectRatio, 'png'), count: 1 },
      }),
    };
  },
  headers: () => ({}),
  whole: (answer) =>
    answer.images
      ? imageResponse(answer, answer.images)
      : response(answer, answer.tokens.join(''), { written: answer.tokens.length, isLast: true }),
  stream: encoder,
};

const parts = z.array(
  z.looseObject({ text: z.string().optional(), inlineData: z.looseObject({ data: z.string() }).optional() }),
);
const textOf = (list: z.infer<typeof parts>) => list.map(({ text = '' }) => text).join('');

const body = z.looseObject({
  contents: z.array(z.looseObject({ role: z.string().optional(), parts })).min(1),
  systemInstruction: z.looseObject({ parts }).nullish(),
  generationConfig: z
    .looseObject({
      maxOutputTokens: tokenLimit,
      seed: z.int().nullish(),
      responseModalities: z.array(z.string()).optional(),
      imageConfig: z.looseObject({ aspectRatio: z.string().optional() }).optional(),
    })
    .nullish(),
});

function encoder(answer: Answer): StreamEncoder {
  let written = 0;
  return {
    open: () => '',
    token: (token) => sse(response(answer, token, { written: ++written, isLast: false })),
    close: () => (answer.ending === 'none' ? '' : sse(response(answer, '', { written, isLast: true }))),
    error: () =>
      sse({ error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } }),
  };
}

const finishReasons: Record<Ending, string | undefined> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  filtered: 'SAFETY',
  blocked: undefined,
  none: undefined,
};

/** One answer, or one chunk of it: both look the same, and every chunk counts what has been used so far. */
function response(answer: Answer, text: string, progress: { written: number; isLast: boolean }): Fields {
  const { inputTokens, reasoning } = answer;
  const finishReason = progress.isLast ? finishReasons[answer.ending] : undefined;
  const thoughtSignature = progress.isLast && reasoning.length > 0 ? 'c2FuZGJveA==' : undefined;
  return {
    ...(answer.ending === 'blocked'
      ? { promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] } }
      : {
          candidates: [
            {
              content: { parts: [{ text, ...(thoughtSignature && { thoughtSignature }) }], role: 'model' },
              ...(finishReason && { finishReason }),
              index: 0,
            },
          ],
        }),
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: progress.written,
      totalTokenCount: inputTokens + progress.written + reasoning.length,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
      thoughtsTokenCount: reasoning.length,
    },
    modelVersion: answer.model,
    responseId: answer.id,
  };
}

/** Each image counts as 1,290 tokens; a filter leaves none, and a reason (ai.google.dev/gemini-api/docs/image-generation). */
function imageResponse({ id, model, inputTokens, ending }: Answer, images: Buffer[]): Fields {
  const imageTokens = images.length * 1290;
  const parts = images.map((image) => ({ inlineData: { mimeType: 'image/png', data: image.toString('base64') } }));
  return {
    candidates: [
      ending === 'blocked'
        ? { finishReason: 'IMAGE_SAFETY', finishMessage: 'Unable to show the generated image.', index: 0 }
        : { content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: imageTokens,
      totalTokenCount: inputTokens + imageTokens,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
      ...(imageTokens > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: imageTokens }] }),
    },
    modelVersion: model,
    responseId: id,
  };
}
