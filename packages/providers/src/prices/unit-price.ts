/** US dollars per million tokens. A tier applies to every token of a call with more input tokens than `above`. */
export interface TokenPrice {
  usdPerMtok: number;
  tiers: Array<{ above: number; usdPerMtok: number }>;
}

/** What one model charges. */
export interface UnitPrice {
  input: TokenPrice;
  output: TokenPrice;
  usdPerImage: number;
  /** For each image that goes in. */
  usdPerSourceImage: number;
  /** For each take, whatever it uses. */
  usdPerTake: number;
  /** Models that count their images in tokens: what those cost, and how many one image takes at most. */
  imageOutput?: TokenPrice & { tokensPerImage: number };
}

/** What is charged for. */
export interface Amount {
  inputTokens: number;
  /** Thoughts and, where a model counts them so, images included. */
  outputTokens: number;
  images: number;
  sourceImages: number;
}

export const free: UnitPrice = {
  input: flat(0),
  output: flat(0),
  usdPerImage: 0,
  usdPerSourceImage: 0,
  usdPerTake: 0,
};

export function flat(usdPerMtok: number): TokenPrice {
  return { usdPerMtok, tiers: [] };
}

/** @returns whole micro-USD, rounded up; computed in whole pico-USD, so that no part of one is lost on the way */
export function charge(price: UnitPrice, amount: Amount): number {
  return sum(price, amount, rateOf);
}

/** `charge` for any call that uses at most `amount`, whichever tiers it falls into. */
export function chargeAtMost(price: UnitPrice, amount: Amount): number {
  return sum(price, amount, highestRate);
}

type Rate = (price: TokenPrice, inputTokens: number) => number;

function sum(price: UnitPrice, amount: Amount, rate: Rate): number {
  const { input, output, imageOutput } = price;
  const { inputTokens, outputTokens, images, sourceImages } = amount;
  const outputPrice = images > 0 && imageOutput ? imageOutput : output;
  const picoUsd =
    times(inputTokens, rate(input, inputTokens)) +
    times(outputTokens, rate(outputPrice, inputTokens)) +
    times(images, price.usdPerImage * 1e6) +
    times(sourceImages, price.usdPerSourceImage * 1e6) +
    times(1, price.usdPerTake * 1e6);
  const microUsd = Number((picoUsd + 999_999n) / 1_000_000n);
  if (!Number.isSafeInteger(microUsd)) throw new RangeError(`not an amount of money: ${microUsd} micro-USD`);
  return microUsd;
}

/** A dollar per million tokens is a micro-dollar a token: a million pico-dollars. */
function times(count: number, microUsd: number): bigint {
  return BigInt(count) * BigInt(Math.round(microUsd * 1e6));
}

function rateOf({ usdPerMtok, tiers }: TokenPrice, inputTokens: number): number {
  return tiers.findLast(({ above }) => inputTokens > above)?.usdPerMtok ?? usdPerMtok;
}

function highestRate({ usdPerMtok, tiers }: TokenPrice, inputTokens: number): number {
  const reached = tiers.filter(({ above }) => inputTokens > above);
  return Math.max(usdPerMtok, ...reached.map((tier) => tier.usdPerMtok));
}
