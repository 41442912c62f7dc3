import type {
  ContentType,
  DescriptionInput,
  ImageInput,
  LanguageCode,
  ProviderName,
  StoryInput,
} from '@octavo/contracts';
import { contentTypeNames } from '@octavo/contracts/names';
import { newKey } from '../../lib/new-key.ts';

/** What the form for a new piece holds until it is sent; kept in this tab. What is not said is empty. */
export interface NewPiece {
  contentType: ContentType;
  title: string;
  prompt: string;
  story: {
    genre: string;
    audience: NonNullable<StoryInput['audience']> | '';
    readerGender: NonNullable<StoryInput['readerGender']> | '';
    values: string[];
    characters: string;
    paragraphs: string;
    language: LanguageCode | '';
    instructions: string;
  };
  image: { aspectRatio: NonNullable<ImageInput['aspectRatio']>; count: number; references: string[] };
  description: {
    mediaId: string;
    /** Of the file, when it was uploaded here. */
    imageName: string;
    instructions: string;
    length: NonNullable<DescriptionInput['length']> | '';
    language: LanguageCode | '';
  };
  translation: {
    from: 'text' | 'piece';
    text: string;
    contentId: string;
    source: LanguageCode | '';
    target: LanguageCode | '';
    instructions: string;
  };
  provider: ProviderName | '';
  model: string;
  /** The same piece sent twice is one generation. */
  key: string;
}

const storageKey = 'octavo.new-piece';

export function emptyPiece(): NewPiece {
  return {
    contentType: 'blog',
    title: '',
    prompt: '',
    story: {
      genre: '',
      audience: '',
      readerGender: '',
      values: [],
      characters: '',
      paragraphs: '',
      language: '',
      instructions: '',
    },
    image: { aspectRatio: '1:1', count: 1, references: [] },
    description: { mediaId: '', imageName: '', instructions: '', length: '', language: '' },
    translation: { from: 'text', text: '', contentId: '', source: '', target: '', instructions: '' },
    provider: '',
    model: '',
    key: newKey(),
  };
}

/** What this person has typed here, or an empty form. */
export function readNewPiece(owner: string | undefined): NewPiece {
  const kept = read();
  return completePiece((kept?.owner === owner ? kept?.piece : undefined) ?? {});
}

/** Kept by an earlier Octavo, a piece may lack what it has by now. */
export function completePiece(piece: Partial<NewPiece>): NewPiece {
  const empty = emptyPiece();
  return {
    ...empty,
    ...piece,
    contentType: contentTypeNames.find((name) => name === piece.contentType) ?? empty.contentType,
    story: { ...empty.story, ...piece.story },
    image: { ...empty.image, ...piece.image },
    description: { ...empty.description, ...piece.description },
    translation: { ...empty.translation, ...piece.translation },
  };
}

export function writeNewPiece(owner: string | undefined, piece: NewPiece): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ owner, piece }));
  } catch {
    // There is no more room; the page itself still holds the words.
  }
}

export function forgetNewPiece(): void {
  sessionStorage.removeItem(storageKey);
}

/** Whether somebody would miss it: words, or an image that was chosen. */
export function hasNewPiece(): boolean {
  return hasWords(read()?.piece ?? {});
}

/** Whether there is more in it than choices: words, or an image. */
export function hasWords(piece: Partial<NewPiece>): boolean {
  const { title, prompt, story, image, description, translation } = completePiece(piece);
  const words = [
    title,
    prompt,
    story.characters,
    story.instructions,
    description.mediaId,
    description.instructions,
    translation.text,
    translation.instructions,
    ...image.references,
  ];
  return words.some((word) => word !== '');
}

function read(): { owner?: string; piece?: Partial<NewPiece> } | null {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as ReturnType<typeof read>;
  } catch {
    return null;
  }
}
