export { type Provider, providers } from './dialects/dialect.ts';
export { type Fault, faults } from './directive/faults.ts';
export type { RecordedRequest, Sandbox, SandboxDefaults, SandboxOptions } from './server/sandbox.ts';
export { startSandbox } from './server/start-sandbox.ts';
export { textKinds } from './writing/text-kind.ts';
export { writeSample } from './writing/write-sample.ts';
