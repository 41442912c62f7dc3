export { type Circuits, createCircuits, prepareCircuits } from './circuits.ts';
export { createCircuitRepository } from './circuit.repository.ts';
export { createStoredKeys, type StoredKeys } from './stored-keys.ts';
export { createOverviewRepository } from './overview.repository.ts';
export { createProviderOverview } from './overview.ts';
export { providerRoutes } from './routes.ts';
export { limitedProviders, type Limits } from './limits.ts';
export { refuseUnavailable } from './unavailable.ts';
