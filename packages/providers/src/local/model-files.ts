import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** An id on the Hugging Face hub. Anything else is a folder: an arbitrary string never becomes a path of the library. */
const hubId = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

export const completeMarker = '.octavo-complete';

/** Where a model's files are, or will be once it is downloaded. */
export interface ModelFiles {
  name: string;
  folder: string;
  isHubModel: boolean;
}

export function locateModel(model: string, cacheFolder: string): ModelFiles {
  if (!isAbsolute(model) && hubId.test(model) && !existsSync(join(model, 'config.json'))) {
    return { name: model, folder: join(cacheFolder, model), isHubModel: true };
  }
  const folder = resolve(model);
  return { name: basename(folder), folder, isHubModel: false };
}

/** The suffixes of weights, best for a CPU first. */
const weights = [
  { dtype: 'q8', file: 'model_quantized.onnx' },
  { dtype: 'int8', file: 'model_int8.onnx' },
  { dtype: 'uint8', file: 'model_uint8.onnx' },
  { dtype: 'q4', file: 'model_q4.onnx' },
  { dtype: 'fp32', file: 'model.onnx' },
  { dtype: 'fp16', file: 'model_fp16.onnx' },
];

/** @returns what is missing, in words, or which weights to load */
export function checkModel({ folder, isHubModel, name }: ModelFiles): { missing: string } | { dtype: string } {
  if (isHubModel && !existsSync(join(folder, completeMarker))) {
    return { missing: `${name} is not downloaded yet. Run: npm run octavo model ${name}` };
  }
  for (const file of ['config.json', 'tokenizer.json']) {
    if (!existsSync(join(folder, file))) return { missing: `There is no ${file} in ${folder}.` };
  }
  const found = weights.find(({ file }) => existsSync(join(folder, 'onnx', file)));
  return found ? { dtype: found.dtype } : { missing: `There are no ONNX weights in ${join(folder, 'onnx')}.` };
}

/** The library takes a folder and the name of a model below it. */
export function splitForLibrary({ folder, isHubModel, name }: ModelFiles): { parentFolder: string; model: string } {
  return isHubModel
    ? { parentFolder: dirname(dirname(folder)), model: name }
    : { parentFolder: dirname(folder), model: basename(folder) };
}
