import type { StoryInput } from '@octavo/contracts';

/** How the form calls what a model that only continues text cannot follow. */
const names: Partial<Record<keyof StoryInput, string>> = {
  genre: 'the genre',
  audience: 'the age of the readers',
  readerGender: 'the gender of the reader',
  values: 'the values',
  characters: 'the characters',
  language: 'the language',
};
const list = new Intl.ListFormat('en');

/** A warning that names everything in the form which the local model leaves out; none if there is nothing. */
export function ignoredInputs(input: StoryInput = {}): string[] {
  const ignored = Object.entries(names)
    .filter(([name]) => isSaid(input[name as keyof StoryInput]))
    .filter(([name]) => name !== 'language' || input.language !== 'eng_Latn')
    .map(([, words]) => words);
  return ignored.length === 0 ? [] : [`The local model cannot follow ${list.format(ignored)} that the form asks for.`];
}

function isSaid(value: StoryInput[keyof StoryInput]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
