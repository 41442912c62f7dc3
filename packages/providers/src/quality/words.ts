const latin = /[\p{L}\p{N}\p{M}'’_-]+/gu;
/** Scripts that write no spaces: every character counts as a word, as word processors count them. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The words of a text, lower case, without marks. */
export function toWords(text: string): string[] {
  const words = text.toLowerCase().match(latin) ?? [];
  return unspaced.test(text) ? words.flatMap((word) => (unspaced.test(word) ? [...word] : [word])) : words;
}
