export { type Circuits, createCircuits, prepareCircuits, type TakeId } from './circuits.ts';
export { createCircuitRepository } from './circuit.repository.ts';
export { limitedProviders, type Limits } from './limits.ts';
