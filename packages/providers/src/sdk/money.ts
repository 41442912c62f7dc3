/**
 * Millionths of a US dollar, rounded up, from an upstream's own unit. Undefined for what is no amount: a wrong figure
 * is worse than none, for which the price list stands in.
 *
 * @param perMicroUsd how many of the upstream's units make one millionth of a dollar
 */
export function toMicroUsd(amount: unknown, perMicroUsd: number): number | undefined {
  if (typeof amount !== 'number' || !(amount >= 0)) return undefined;
  // 0.00029 USD is 290.00000000000006 millionths to a computer, which must not become 291.
  const microUsd = Math.ceil(Number((amount / perMicroUsd).toFixed(6)));
  return Number.isSafeInteger(microUsd) ? microUsd : undefined;
}
