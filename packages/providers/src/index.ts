export * from './provider.ts';
export type { ProviderSettings } from './settings.ts';
