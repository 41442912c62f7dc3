export { checkTranslation } from './check-translation.ts';
export { boundTranslation } from './bound-translation.ts';
export { createAnswerReader, packChunks, writeChunk } from './chunks.ts';
export { sourceLanguage } from './detect-language.ts';
export { planTranslation, type Segment } from './plan-translation.ts';
export { numbersIn, plainMarks, rareMarks } from './protect.ts';
