import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type LocalTask, type ModelDtype, modelDtypes, taskOf, weightFiles } from './protocol.ts';

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

/**
 * Whether a model can be used, by default for what it is made for.
 * @returns what is missing, in words, or which weights to load
 */
export function checkModel(files: ModelFiles, wanted?: LocalTask): { missing: string } | { dtype: ModelDtype } {
  const { folder, isHubModel, name } = files;
  if (isHubModel && !existsSync(join(folder, completeMarker))) {
    return { missing: `${name} is not downloaded yet. Run: npm run octavo model ${name}` };
  }
  if (!isFolder(folder)) return { missing: `There is no model folder ${folder}.` };
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(folder, file))) return { missing: `There is no ${file} in ${folder}.` };
  }
  const task = taskOf(modelType(files));
  if (wanted !== undefined && wanted !== task) {
    return { missing: `The model in ${folder} ${abilities[task]}; it cannot be used for another kind of work.` };
  }
  if (task === 'description' && !existsSync(join(folder, 'preprocessor_config.json'))) {
    return { missing: `There is no preprocessor_config.json in ${folder}.` };
  }
  const dtype = modelDtypes.find((candidate) =>
    weightFiles(task, candidate).every((file) => existsSync(join(folder, file))),
  );
  return dtype ? { dtype } : { missing: `There are no ONNX weights in ${join(folder, 'onnx')}.` };
}

const abilities: Record<LocalTask, string> = {
  story: 'writes stories',
  translation: 'translates',
  description: 'describes images',
};

/** `model_type` of the model's config.json; undefined where that cannot be read. */
export function modelType({ folder }: ModelFiles): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { model_type?: unknown }).model_type;
  } catch {
    return undefined;
  }
}

/** Downloaded models for a task, complete ones only. */
export function downloadedModels(cacheFolder: string, task: LocalTask): string[] {
  return subfolders(cacheFolder)
    .flatMap((owner) => subfolders(join(cacheFolder, owner)).map((name) => `${owner}/${name}`))
    .filter((id) => isHubId(id) && 'dtype' in checkModel(locateModel(id, cacheFolder), task));
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
