import { expect, test } from 'vitest';
import { checkTranslation } from './check-translation.ts';
import { detectLanguage, sourceLanguage } from './detect-language.ts';

const english =
  'Green tea should be brewed with water that is not quite boiling. Wait two minutes, then pour it slowly into a warm cup and enjoy it with your friends.';
const texts = {
  eng_Latn: english,
  spa_Latn:
    'El té verde debe prepararse con agua que no llegue a hervir. Espere dos minutos, viértalo despacio en una taza caliente y disfrútelo con sus amigos.',
  fra_Latn:
    "Le thé vert se prépare avec de l'eau qui ne bout pas tout à fait. Attendez deux minutes, versez-le lentement dans une tasse chaude et savourez-le avec vos amis.",
  deu_Latn:
    'Grüner Tee sollte mit Wasser aufgegossen werden, das nicht mehr ganz kocht. Warten Sie zwei Minuten und gießen Sie ihn langsam in eine warme Tasse.',
  rus_Cyrl:
    'Зелёный чай следует заваривать не совсем кипящей водой. Подождите две минуты, затем медленно налейте его в тёплую чашку и наслаждайтесь с друзьями.',
  zho_Hans: '绿茶应该用没有完全沸腾的水来冲泡。等两分钟，然后慢慢地倒进温暖的杯子里，和你的朋友们一起享用这杯茶。',
  zho_Hant: '綠茶應該用沒有完全沸騰的水來沖泡。等兩分鐘，然後慢慢地倒進溫暖的杯子裡，和你的朋友們一起享用這杯茶。',
  jpn_Jpan:
    '緑茶は沸騰しきっていないお湯で淹れるのがよいです。二分待ってから、温めたカップにゆっくりと注ぎ、お友達と一緒に楽しんでください。',
  arb_Arab:
    'يجب تحضير الشاي الأخضر بماء لم يصل إلى درجة الغليان تماما. انتظر دقيقتين، ثم اسكبه ببطء في كوب دافئ واستمتع به مع أصدقائك.',
  ell_Grek:
    'Το πράσινο τσάι πρέπει να παρασκευάζεται με νερό που δεν βράζει εντελώς. Περιμένετε δύο λεπτά και σερβίρετέ το αργά σε ένα ζεστό φλιτζάνι.',
};

test.each(Object.entries(texts))('%s is told by its text', (code, text) => {
  expect(detectLanguage(text)).toBe(code);
  expect(detectLanguage(`# ${text}\n\n\`\`\`js\nconst the = function () { return the; };\n\`\`\`\n`)).toBe(code);
});

test.each(['', 'Tee', '12345 67890', '```\nThis is a block of code that nobody reads\n```', 'xq zzkw vvrt bbnp ttlk'])(
  'nothing is guessed: %j',
  (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  },
);

test('what the user says wins over what the text looks like', () => {
  expect(sourceLanguage({ text: english, source: 'deu_Latn' })).toBe('deu_Latn');
  expect(sourceLanguage({ text: english })).toBe('eng_Latn');
});

test.each(Object.entries(texts))('a translation into %s passes', (target, output) => {
  for (const source of Object.values(texts)) {
    if (source !== output) expect(checkTranslation(source, output, target)).toEqual({ ok: true });
  }
});

test.each([
  ['the text itself', english, 'spa_Latn', 'quality_echo'],
  ['the text itself, in a language that no detector knows', english, 'ilo_Latn', 'quality_echo'],
  ['another language', texts.fra_Latn, 'deu_Latn', 'quality_language'],
  ['another script', texts.rus_Cyrl, 'ell_Grek', 'quality_language'],
  ['another script than the language has', texts.fra_Latn, 'mni_Beng', 'quality_language'],
  ['the language of the source', `${english} It was not translated.`, 'war_Latn', 'quality_language'],
  ['a summary', 'Grüner Tee.', 'deu_Latn', 'quality_too_short'],
  ['an essay', texts.deu_Latn.repeat(5), 'deu_Latn', 'quality_too_long'],
])('%s is none', (_what, output, target, code) => {
  expect(checkTranslation(english, output, target)).toMatchObject({ ok: false, code });
});

test('a short text may be repeated and may grow', () => {
  expect(checkTranslation('OK', 'OK', 'deu_Latn')).toEqual({ ok: true });
  expect(checkTranslation('OK', 'In Ordnung, einverstanden', 'deu_Latn')).toEqual({ ok: true });
});

test('a code that is no language is a mistake of the caller', () => {
  expect(() => checkTranslation(english, english, 'xx')).toThrow(TypeError);
});
