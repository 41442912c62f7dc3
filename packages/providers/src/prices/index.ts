export type { PricedRequest } from './amounts.ts';
export { type CostSource, createPrices, type Prices, type PriceSettings } from './prices.ts';
export { isUncharged } from './uncharged.ts';
