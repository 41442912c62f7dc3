import { LogitsProcessor, type PreTrainedTokenizer, type Tensor } from '@huggingface/transformers';

/** From this many tokens on a sentence is drawn to its end; from fewer where many paragraphs share the story. */
const longSentence = 40;
const sharedTokens = 240;
const shortestLong = 8;
/** Added to the scores (logits) of what ends a sentence, for each token beyond that. */
const pull = 0.4;

/**
 * Keeps a story from being cut off, and from ending before it has its paragraphs: small models lose themselves in sentences
 * without end, or stop where they like. The longer a sentence lasts, the likelier is a full stop, most of all where the room
 * comes to its end.
 */
export class StoryPace extends LogitsProcessor {
  readonly #stops: number[];
  readonly #end: number | undefined;
  readonly #longSentence: number;
  readonly #mustEndAt: number;
  readonly #isFull: () => boolean;

  /**
   * @param options.mustEndAt number of tokens, those of the prompt too, from which on the story has to come to its end
   * @param options.isFull whether it has its paragraphs
   */
  constructor(
    tokenizer: PreTrainedTokenizer,
    options: { paragraphs: number | undefined; mustEndAt: number; isFull: () => boolean },
  ) {
    super();
    this.#stops = stopsOf(tokenizer);
    this.#end = tokenizer.eos_token_id;
    this.#longSentence = Math.max(shortestLong, Math.min(longSentence, sharedTokens / (options.paragraphs ?? 1)));
    this.#mustEndAt = options.mustEndAt;
    this.#isFull = options.isFull;
  }

  /** @param logits one row of scores for each story of the batch */
  override _call(batch: bigint[][], logits: Tensor): Tensor {
    const scores = logits.data as Float32Array;
    const rowLength = scores.length / batch.length;
    for (const [row, ids] of batch.entries()) {
      const start = row * rowLength;
      const room = this.#mustEndAt - ids.length;
      if (this.#end !== undefined && room > 0 && !this.#isFull()) scores[start + this.#end] = -Infinity;
      const sentence = ids.length - 1 - ids.findLastIndex((id) => this.#stops.includes(Number(id)));
      const beyond = sentence === 0 ? 0 : Math.max(sentence - this.#longSentence, -room);
      if (beyond > 0) for (const stop of this.#stops) scores[start + stop]! += beyond * pull;
    }
    return logits;
  }
}

/** Tokens that end a sentence, alone or with the quote they close. */
function stopsOf(tokenizer: PreTrainedTokenizer): number[] {
  const marks = ['.', '!', '?', '."', '!"', '?"', ".'", "!'", "?'"];
  const tokens = marks.map((mark) => tokenizer.encode(mark, { add_special_tokens: false }));
  return tokens.flatMap((ids) => (ids.length === 1 ? ids : []));
}
