export { markdownFile, provenanceFacts } from './markdown-file.ts';
export { presentProvenance } from './present-provenance.ts';
export { buildXmp } from './xmp.ts';
