export { askForModels } from './ask-for-models.ts';
export { startDiscovery } from './discovery.ts';
export type { LocalServer } from './local-servers.ts';
export { repeat } from './repeat.ts';
export type { FoundServer, Search } from './search.ts';
