import { type ImageToTextPipeline, RawImage, TextStreamer } from '@huggingface/transformers';
import { openPipeline } from './open-pipeline.ts';
import type { DescriptionJob, WriteEnd } from './protocol.ts';
import type { WriteOptions, Writer } from './writer.ts';

/** A caption is one sentence. */
const maxNewTokens = 48;

export async function openCaptioner(model: Pick<DescriptionJob, 'folder' | 'dtype'>): Promise<Writer<DescriptionJob>> {
  const pipeline = await openPipeline('description', model);
  return { write: (job, options) => describe(pipeline, job, options), dispose: () => pipeline.dispose() };
}

/** Says what is on an image, as a sentence: the model itself writes neither capital letter nor full stop. */
async function describe(pipeline: ImageToTextPipeline, job: DescriptionJob, options: WriteOptions): Promise<WriteEnd> {
  const { interrupt, onText } = options;
  const image = await RawImage.fromBlob(new Blob([new Uint8Array(job.image)]));
  let text = '';
  let tokens = 0;
  const streamer = new TextStreamer(pipeline.tokenizer, {
    skip_prompt: true,
    skip_special_tokens: true,
    token_callback_function: () => (tokens += 1),
    callback_function: (piece: string) => {
      // White space waits for the next word: it may be the end.
      const shown = text.trimEnd();
      text = capitalise((text + piece).trimStart());
      if (text.trimEnd() !== shown) onText(text.trimEnd().slice(shown.length));
    },
  });
  await pipeline(image, {
    max_new_tokens: maxNewTokens,
    streamer,
    stopping_criteria: [interrupt],
  } as Parameters<ImageToTextPipeline>[1]);
  const isWhole = tokens < maxNewTokens;
  if (isWhole && /[\p{L}\p{N}]$/u.test(text.trimEnd())) onText('.');
  return { finishReason: isWhole ? 'stop' : 'length', inputTokens: 0, outputTokens: tokens, warnings: [] };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
