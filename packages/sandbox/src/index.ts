export type { Provider } from './dialects/dialect.ts';
export { type RecordedRequest, type Sandbox, type SandboxOptions, startSandbox } from './server/start-sandbox.ts';
