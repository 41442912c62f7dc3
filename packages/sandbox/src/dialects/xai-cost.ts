/**
 * What a call costs at the published price of grok-4.3 (1.25 USD a million tokens in, 2.50 out), in xAI's own unit:
 * 1 USD is 10,000,000,000 ticks (docs.x.ai/developers/cost-tracking).
 */
export function xaiCostTicks(tokens: { input: number; output: number }): number {
  return tokens.input * 12_500 + tokens.output * 25_000;
}
