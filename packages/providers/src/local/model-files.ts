import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type ModelDtype, modelDtypes, weightFiles } from './protocol.ts';

/** Written last into a downloaded model's folder: without it the download did not get to its end. */
export const completeMarker = '.octavo-complete';

/** Where a model's files are, or will be once it is downloaded. */
export interface ModelFiles {
  /** What people see and ask for. */
  name: string;
  folder: string;
  isHubModel: boolean;
}

/** `owner/name` on the Hugging Face hub; nothing in it can climb out of the cache folder. */
export function isHubId(model: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(model) && !/\.\.|--|\.(git|ipynb)$/.test(model);
}

/**
 * `model` is the server's setting: a folder, or a hub id. What a request names never comes here; it is looked up in
 * the list of names (`findModel`).
 */
export function locateModel(model: string, cacheFolder: string): ModelFiles {
  if (isHubId(model) && !isFolder(model))
    return { name: model, folder: join(resolve(cacheFolder), model), isHubModel: true };
  const folder = resolve(model);
  return { name: basename(folder), folder, isHubModel: false };
}

/** @returns what is missing, in words, or which weights to load */
export function checkModel({ folder, isHubModel, name }: ModelFiles): { missing: string } | { dtype: ModelDtype } {
  if (isHubModel && !existsSync(join(folder, completeMarker))) {
    return { missing: `${name} is not downloaded yet. Run: npm run octavo model ${name}` };
  }
  if (!isFolder(folder)) return { missing: `There is no model folder ${folder}.` };
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(folder, file))) return { missing: `There is no ${file} in ${folder}.` };
  }
  const dtype = modelDtypes.find((candidate) => existsSync(join(folder, weightFiles[candidate])));
  return dtype ? { dtype } : { missing: `There are no ONNX weights in ${join(folder, 'onnx')}.` };
}

/** Downloaded models, complete ones only. */
export function downloadedModels(cacheFolder: string): string[] {
  return subfolders(cacheFolder)
    .flatMap((owner) => subfolders(join(cacheFolder, owner)).map((name) => `${owner}/${name}`))
    .filter((id) => isHubId(id) && existsSync(join(cacheFolder, id, completeMarker)));
}

function subfolders(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
