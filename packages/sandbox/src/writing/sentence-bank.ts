import type { SampleLanguage } from './detect-language.ts';
import { englishBank } from './sentence-bank.en.ts';
import { spanishBank } from './sentence-bank.es.ts';

/** The words a sample is made of. `{topic}` stands for the excerpt of the prompt, `{name}` and `{place}` for names. */
export interface SentenceBank {
  /** Said first and last: that this is a sample and that no AI model wrote it. */
  notice: { opening: string; closing: string };
  noTopic: string;
  blog: {
    titles: string[];
    intros: string[];
    sections: { heading: string; sentences: string[] }[];
    listHeading: string;
    listItems: string[];
    endings: string[];
  };
  product: {
    titles: string[];
    intros: string[];
    listHeading: string;
    listItems: string[];
    uses: string[];
    endings: string[];
  };
  social: { hooks: string[]; bodies: string[]; questions: string[]; tags: string };
  story: { names: string[]; places: string[]; titles: string[]; beats: string[][] };
  /**
   * Every subject fits every verb phrase and every tail. Short (tails at most 4 words), and the three lengths are pairwise
   * coprime: walking all three at once repeats no run of six words often, which a quality gate would call degenerate.
   */
  filler: { subjects: string[]; verbs: string[]; tails: string[] };
}

export const sentenceBanks: Record<SampleLanguage, SentenceBank> = { en: englishBank, es: spanishBank };
