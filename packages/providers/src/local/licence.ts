import { type ModelFiles, modelType } from './model-files.ts';

/** What a local model is and what its licence allows, as one sentence for the person who chooses it. */
export function licenceOf(files: ModelFiles): string {
  const { name } = files;
  if (name === 'octavo-story-tiny') return 'The bundled story model: 8.9 million parameters, English fairy tales only.';
  const type = modelType(files);
  // https://huggingface.co/facebook/nllb-200-distilled-600M and https://huggingface.co/google/madlad400-3b-mt
  if (type === 'm2m_100' || /nllb/i.test(name))
    return `The local translation model ${name} (NLLB-200, licence CC-BY-NC 4.0: not for commercial use).`;
  if (type === 't5' || /madlad/i.test(name))
    return `The local translation model ${name} (MADLAD-400, licence Apache-2.0).`;
  return type === 'vision-encoder-decoder'
    ? `The local model ${name} describes images in one English sentence.`
    : `The local model ${name}.`;
}
