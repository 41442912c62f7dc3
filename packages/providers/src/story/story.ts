/** What a story is once it has been read. */
export interface Story {
  title: string;
  /** Markdown. A line break inside a paragraph is one that its writer made, e.g. in a verse or before a speaker. */
  paragraphs: string[];
  /** What stood around the story and is none of it: "Here is your story:", "The End", the notice of a sample. */
  notes: string[];
}
