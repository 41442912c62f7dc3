export { createActiveRuns } from './active-runs.ts';
export { createRunHandler, runTurn } from './run.handler.ts';
export { createRunLog, toEventBody } from './run-log.ts';
export { createRunRepository } from './run.repository.ts';
