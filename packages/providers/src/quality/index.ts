export { checkQuality, type QualityVerdict } from './check-quality.ts';
