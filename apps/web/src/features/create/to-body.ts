import type { GenerateBody } from '@octavo/contracts';
import { maxParagraphs, maxTitleLength } from '@octavo/contracts/names';
import type { NewPiece } from './new-piece.ts';

/** Fields as the server names them: `title`, `input.target`. */
export type FieldName =
  | 'title'
  | 'prompt'
  | 'input.paragraphs'
  | 'input.mediaId'
  | 'input.text'
  | 'input.contentId'
  | 'input.target';
export type Problem = 'required' | 'image' | 'paragraphs' | 'sameLanguage';

/** Kinds whose title can be found in what they are made from. */
export function isTitleNeeded({ contentType }: NewPiece): boolean {
  return contentType === 'blog' || contentType === 'product' || contentType === 'social' || contentType === 'story';
}

/** What the form lacks, all at once and before it is sent. */
export function findProblems(piece: NewPiece): Partial<Record<FieldName, Problem>> {
  const { contentType, story, description, translation } = piece;
  const problems: Partial<Record<FieldName, Problem>> = {};
  const need = (field: FieldName, value: string): void => {
    if (value.trim() === '') problems[field] = 'required';
  };
  if (isTitleNeeded(piece)) need('title', piece.title);
  if (contentType !== 'description' && contentType !== 'translation') need('prompt', piece.prompt);
  if (contentType === 'story' && story.paragraphs !== '') {
    const paragraphs = Number(story.paragraphs);
    if (!Number.isInteger(paragraphs) || paragraphs < 1 || paragraphs > maxParagraphs)
      problems['input.paragraphs'] = 'paragraphs';
  }
  if (contentType === 'description' && description.mediaId === '') problems['input.mediaId'] = 'image';
  if (contentType === 'translation') {
    if (translation.from === 'text') need('input.text', translation.text);
    else need('input.contentId', translation.contentId);
    need('input.target', translation.target);
    if (translation.target !== '' && translation.target === translation.source)
      problems['input.target'] = 'sameLanguage';
  }
  return problems;
}

/** The request for a piece without problems. `fallbackTitle` is used where a title is not needed and there is none. */
export function toBody(piece: NewPiece, fallbackTitle: string): GenerateBody {
  const { contentType, provider, model } = piece;
  const common = {
    title: piece.title.trim() || shortened(fallbackTitle),
    ...(provider !== '' && { provider, ...(model.trim() !== '' && { model }) }),
  };
  switch (contentType) {
    case 'blog':
    case 'product':
    case 'social':
      return { ...common, contentType, prompt: piece.prompt };
    case 'story': {
      const { values, instructions, paragraphs, ...words } = piece.story;
      const prompt = [piece.prompt, instructions].filter((part) => part.trim() !== '').join('\n\n');
      const input = {
        ...said(words),
        ...(values.length > 0 && { values }),
        ...(paragraphs !== '' && { paragraphs: Number(paragraphs) }),
      };
      return { ...common, contentType, prompt, input };
    }
    case 'image': {
      const { references, ...input } = piece.image;
      return {
        ...common,
        contentType,
        prompt: piece.prompt,
        input: { ...input, ...(references.length > 0 && { references }) },
      };
    }
    case 'description': {
      const { instructions, mediaId, imageName: _, ...input } = piece.description;
      return { ...common, contentType, prompt: instructions, input: { mediaId, ...said(input) } };
    }
    case 'translation': {
      const { from, text, contentId, source, target, instructions } = piece.translation;
      if (target === '') throw new Error('A translation needs a target');
      const input = { target, ...said({ source }), ...(from === 'text' ? { text } : { contentId }) };
      return { ...common, contentType, prompt: instructions, input };
    }
  }
}

/** Only what somebody has filled in. */
function said<T extends Record<string, string>>(fields: T): { [Key in keyof T]?: Exclude<T[Key], ''> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== '')) as never;
}

/** The beginning of a text, as a title. */
export function shortened(text: string, length = 80): string {
  const [line = ''] = text.trim().split('\n');
  const plain = line
    .replace(/^[#>\s*-]+/, '')
    .replace(/\[sandbox:[^[\]]*\]/gi, '')
    .trim();
  if (plain.length <= Math.min(length, maxTitleLength)) return plain;
  const end = plain.lastIndexOf(' ', length - 1);
  return `${
    end > length / 2
      ? plain.slice(0, end)
      : Array.from(plain.slice(0, length - 1))
          .slice(0, -1)
          .join('')
  }…`;
}
