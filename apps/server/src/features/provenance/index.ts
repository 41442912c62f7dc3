export { digitalSourceType } from './digital-source-type.ts';
export { presentProvenance } from './present-provenance.ts';
export { buildXmp, hashPrompt } from './xmp.ts';
