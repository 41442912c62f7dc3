export { repeatEvery } from './repeat-every.ts';
