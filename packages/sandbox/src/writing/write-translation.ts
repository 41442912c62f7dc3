/** Letters of a script: where they begin in Unicode, how many there are, and how many Latin letters one stands for. */
const scripts: Record<string, [first: number, count: number, letters?: number]> = {
  Arab: [0x0627, 20],
  Armn: [0x0561, 38],
  Beng: [0x0995, 20],
  Cyrl: [0x0430, 32],
  Deva: [0x0915, 37],
  Ethi: [0x1208, 7, 2],
  Geor: [0x10d0, 33],
  Grek: [0x03b1, 17],
  Gujr: [0x0a95, 20],
  Guru: [0x0a15, 20],
  Hang: [0xac00, 2000, 2],
  Hans: [0x4e00, 2000, 3],
  Hant: [0x4e00, 2000, 3],
  Hebr: [0x05d0, 27],
  Jpan: [0x3042, 40, 2],
  Khmr: [0x1780, 33],
  Knda: [0x0c95, 20],
  Laoo: [0x0e94, 4],
  Mlym: [0x0d15, 36],
  Mymr: [0x1000, 33],
  Olck: [0x1c5a, 30],
  Orya: [0x0b15, 20],
  Sinh: [0x0d9a, 24],
  Taml: [0x0bae, 12],
  Telu: [0x0c15, 20],
  Tfng: [0x2d30, 50],
  Thai: [0x0e01, 46],
  Tibt: [0x0f40, 8],
};

const accented: Record<string, string> = {
  a: 'á',
  c: 'ç',
  e: 'é',
  i: 'í',
  n: 'ñ',
  o: 'ö',
  s: 'š',
  u: 'ü',
  y: 'ý',
  z: 'ž',
};

/**
 * A stand-in for a translation: the numbered lines of the request (`⟦#1⟧ Take ⟦1⟧two⟦2⟧ cups`) with the same marks, in
 * letters of the target's script that mean nothing, so that anyone sees that it is no translation. The first line says so
 * as well. Undefined when the call does not ask for a translation.
 */
export function writeTranslation(call: { system: string; prompt: string }): string | undefined {
  if (!/\btranslator\b/i.test(call.system)) return undefined;
  const [head = '', ...numbered] = call.prompt.split(/(?=⟦#\d+⟧)/);
  if (numbered.length === 0) return undefined;
  const script = /^Target language:.*\([a-z]{3}_([A-Z][a-z]{3})\)$/m.exec(head)?.[1] ?? 'Latn';
  return numbered
    .map((line, index) => {
      const [number = '', words = ''] = line.split(/(?<=^⟦#\d+⟧)/);
      const isMarked = index === 0 || words.trim() === '';
      return `${number}${isMarked ? ' [SAMPLE] ' : ' '}${disguise(words.trim(), script)}`;
    })
    .join('\n');
}

function disguise(text: string, script: string): string {
  return text
    .split(/(⟦\d+⟧)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/\p{L}[\p{L}\p{M}]*/gu, (word) => letters(word, script)),
    )
    .join('');
}

function letters(word: string, script: string): string {
  const [first, count, each = 1] = scripts[script] ?? [];
  const all = [...word];
  if (first === undefined || count === undefined) {
    return all.map((letter) => accented[letter.toLowerCase()] ?? letter).join('');
  }
  return all
    .filter((_, index) => index % each === 0)
    .map((letter) => String.fromCodePoint(first + ((letter.codePointAt(0) ?? 0) % count)))
    .join('');
}
