import type { StoryInput } from '@octavo/contracts';
import type { GenerationRequest } from '../provider.ts';
import { contentTypes } from './content-types.ts';
import { describeWish } from './describe-wish.ts';
import { fillForm } from './fill-form.ts';
import { languageName } from './language-name.ts';
import { translationPrompt } from './translation.ts';
import { audienceWords, genderWords, storyTokens } from './story.ts';

export interface Prompt {
  /** Ours alone: no word of a user is in it. */
  system: string;
  user: string;
  maxOutputTokens: number;
  temperature: number;
}

/** What a model is asked for a request. */
export function writePrompt(request: GenerationRequest): Prompt {
  const { system, user, temperature, maxOutputTokens } = contentTypes[request.contentType];
  const { title, prompt } = request;
  if (request.contentType === 'translation') {
    return { system, user: translationPrompt(request), maxOutputTokens, temperature };
  }
  if (request.contentType !== 'story') {
    const wish = request.contentType === 'description' ? describeWish(request.input) : {};
    return { system, user: fillForm(user, { title, prompt, ...wish }), maxOutputTokens, temperature };
  }
  const { input = {} } = request;
  return {
    system,
    user: fillForm(user, { title, prompt, ...storyValues(input) }),
    maxOutputTokens:
      input.paragraphs === undefined ? maxOutputTokens : storyTokens.title + input.paragraphs * storyTokens.paragraph,
    temperature,
  };
}

function storyValues({ genre, audience, readerGender, values, characters, paragraphs, language }: StoryInput) {
  return {
    genre,
    audience: audience && audienceWords[audience],
    readerGender: readerGender && genderWords[readerGender],
    values: values?.join(', '),
    characters,
    paragraphs: paragraphs?.toString(),
    language: language && languageName(language),
  };
}
