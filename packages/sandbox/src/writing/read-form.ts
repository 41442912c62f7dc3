/** What a request says in the form in which Octavo sends it: `Label: value` lines, and the user's words behind `> `. */
export interface RequestForm {
  /** In English, e.g. `Spanish`. */
  language: string | undefined;
  paragraphs: number | undefined;
  /** The user's own words; the whole prompt where it is no form. */
  words: string;
}

export function readForm(prompt: string): RequestForm {
  const quoted = prompt.match(/^> .*$/gm)?.map((line) => line.slice(2));
  const paragraphs = Number(/^Number of paragraphs: (\d{1,3})$/m.exec(prompt)?.[1]);
  return {
    language: /^Language: (.+)$/m.exec(prompt)?.[1],
    paragraphs: paragraphs > 0 ? paragraphs : undefined,
    words: quoted?.join('\n') ?? prompt,
  };
}
