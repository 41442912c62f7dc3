/** What Unicode calls a script, for the ISO 15924 codes that stand for more than one or for a part of one. */
const unicodeScripts: Record<string, string[]> = {
  Hans: ['Hani'],
  Hant: ['Hani'],
  Jpan: ['Hani', 'Hira', 'Kana'],
  Hang: ['Hang', 'Hani'],
};

/** The scripts of NLLB's languages, in Unicode's names. */
const scripts = (
  'Latn Arab Cyrl Deva Beng Hebr Grek Ethi Tibt Gujr Geor Armn Knda Khmr Laoo Mlym Mymr Orya Guru Sinh Taml Telu Tfng Thai ' +
  'Olck Hani Hira Kana Hang'
).split(' ');

const letters = new Map(scripts.map((script) => [script, new RegExp(String.raw`\p{Script=${script}}`, 'gu')]));

/** How much of the letters of a text belongs to a script of ISO 15924, from 0 to 1; 1 for a text without letters. */
export function shareOfScript(text: string, script: string): number {
  const all = count(text, /\p{L}/gu);
  if (all === 0) return 1;
  const own = (unicodeScripts[script] ?? [script]).reduce((sum, name) => sum + count(text, letters.get(name)), 0);
  return own / all;
}

/** ISO 15924 of the script that most letters of a text are in; undefined for one without letters. */
export function mainScript(text: string): string | undefined {
  let main: { script: string; count: number } | undefined;
  for (const [script, pattern] of letters) {
    const found = count(text, pattern);
    if (found > (main?.count ?? 0)) main = { script, count: found };
  }
  if (main === undefined) return undefined;
  // Japanese is never without kana for long; Korean with Chinese characters is still Korean.
  if (main.script === 'Hira' || main.script === 'Kana' || /\p{Script=Hira}/u.test(text)) return 'Jpan';
  return main.script === 'Hani' ? chineseScript(text) : main.script;
}

/** Frequent characters that exist in one of the two forms only. */
const simplified = /[这们个来说时会对国为学现开没还问给让长东车见认语书买卖门间听应该谁吗]/gu;
const traditional = /[這們個來說時會對國為學現開沒還問給讓長東車見認語書買賣門間聽應該誰嗎]/gu;

function chineseScript(text: string): string {
  return count(text, traditional) > count(text, simplified) ? 'Hant' : 'Hans';
}

function count(text: string, pattern: RegExp | undefined): number {
  return pattern ? (text.match(pattern) ?? []).length : 0;
}
