/**
 * Whether a text looks English: a guess from its script and its small words, good enough to warn that a model which read
 * only English will not follow. In doubt it says yes.
 */
export function looksEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return true;
  const latin = text.match(/\p{Script=Latin}/gu) ?? [];
  if (latin.length < letters.length * 0.7) return false;

  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  const english = words.filter((word) => englishWords.has(word)).length;
  const foreign = words.filter((word) => foreignWords.has(word)).length;
  const accented = words.filter((word) => /[^a-z']/.test(word)).length;
  return english > 0 ? english >= foreign : foreign + accented === 0;
}

const englishWords = new Set(
  (
    'a an the and or but of to in on at for with without by from who whose that which is are was were be has had have can ' +
    'could will would his her their its my your he she it they who not about into story tale once there'
  ).split(' '),
);

/** Small words of Spanish, French, German, Italian and Portuguese that are not English words as well. */
const foreignWords = new Set(
  (
    'el los las una un uno unos que y con sin sobre para por del al su sus es era muy cuento historia había una vez niño niña ' +
    'le les des une du et est dans avec pour qui sur histoire conte petit petite der das und ein eine einen einem von mit für ' +
    'ist nicht über auf geschichte märchen il lo gli che di per storia racconto uma não com os história de la'
  ).split(' '),
);
