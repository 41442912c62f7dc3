export { checkQuality } from './check-quality.ts';
