/** Faults answered before any text: an HTTP error in the upstream's own words, or silence. */
export const httpFaults = [
  '401',
  '402',
  '403',
  '404',
  '408',
  '429',
  '429-daily',
  'credits',
  '500',
  '502-html',
  '503',
  'bad-key',
] as const;
export type HttpFault = (typeof httpFaults)[number];

/** Faults that break a text which has begun. */
export const breakFaults = ['stall', 'cut', 'error-mid', 'garbage', 'wrong-shape'] as const;
export type BreakFault = (typeof breakFaults)[number];

/** Faults that are answers nobody wants, each with all that it needs but a good end. */
export const textFaults = ['empty', 'end-early', 'length', 'refuse', 'repeat', 'echo'] as const;

export const faults = [...httpFaults, ...breakFaults, ...textFaults, 'timeout'] as const;
export type Fault = (typeof faults)[number];

export const isHttpFault = (fault: Fault | undefined): fault is HttpFault =>
  httpFaults.some((known) => known === fault);
export const isBreakFault = (fault: Fault | undefined): fault is BreakFault =>
  breakFaults.some((known) => known === fault);
