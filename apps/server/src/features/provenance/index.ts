export { presentProvenance } from './present-provenance.ts';
export { buildXmp } from './xmp.ts';
