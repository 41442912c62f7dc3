import type { ContentType } from '@octavo/contracts';
import { describe, expect, it } from 'vitest';
import { checkQuality } from './check-quality.ts';
import { requestFor } from './testing/request-for.ts';

/** Texts that somebody would be glad to have, and that a careless rule would throw away. */
const good: Array<[what: string, type: ContentType, prompt: string, text: string]> = [
  [
    'an apology',
    'social',
    'Write an apology to our customers',
    "I'm sorry I kept you waiting. Your orders leave today, every single one, and the coffee is on us. #sorry",
  ],
  [
    'a song line that only sounds like a refusal',
    'social',
    'A post about the concert',
    "I can't help falling in love with this band. Tonight at nine, the old harbour. Come early! #live",
  ],
  [
    'somebody who cannot write',
    'social',
    'A funny post about writing',
    "I can't write without tea. I can't write with tea either, but at least I am warm. #amwriting",
  ],
  [
    'una disculpa',
    'social',
    'Escribe una publicación',
    'Lo siento, no puedo dejar de pensar en este café. Hoy abrimos hasta medianoche y hay música. #café',
  ],
  [
    'a request worked into a post',
    'social',
    'Our shop opens on Monday at nine',
    'Our shop opens on Monday at nine! Come by for a free coffee. #opening',
  ],
  [
    'a haiku and its title',
    'social',
    'A haiku about rain',
    'Rain on the tin roof\nthe cat counts every drop\nand loses count twice',
  ],
  ['中文', 'social', '写一条关于茶的微博', '清晨的第一杯茶，让整个世界慢下来。你今天喝了什么茶？#茶'],
  [
    '日本語',
    'product',
    'お茶の商品説明を書いてください',
    '静岡の山あいで育てた一番茶だけを、その日のうちに蒸し上げました。香りは青く、後味はやわらかく甘い。朝の一杯にも、夜のひとときにも。',
  ],
  [
    'Русский',
    'social',
    'Напиши пост о чае',
    'Утро начинается с чая. Какой сорт вы завариваете сегодня и с кем вы его пьёте? #чай',
  ],
  [
    'العربية',
    'social',
    'اكتب منشورا عن الشاي',
    'يبدأ الصباح مع كوب من الشاي الساخن ورائحة النعناع الطازج في كل بيت. #شاي',
  ],
  [
    'una entrada con citas en inglés',
    'blog',
    'Escribe una entrada de blog sobre las mejores frases de las películas que vimos de niños',
    quotations(),
  ],
  [
    'una ficha con palabras inglesas',
    'product',
    'Describe estos auriculares para nuestra tienda, con sus ventajas y para quién son',
    headphones(),
  ],
  ['un cuento con diálogos', 'story', 'Escribe un cuento sobre dos vecinas que no se hablan', dialogue()],
  ['una canción con estribillo', 'story', 'Escribe una canción sobre el faro y quien lo cuida', ballad()],
  ['a product list in Markdown', 'product', 'Describe our kettle', productList()],
  ['a song with a chorus', 'story', 'Write a song about the sea', `# Roll on\n\n${song()}`],
  ['a cumulative tale', 'story', 'A tale like The House That Jack Built', `# The House\n\n${houseThatJackBuilt()}`],
  ['a table with few different words', 'blog', 'Compare the plans', table()],
  ['code', 'blog', 'Explain loops in JavaScript', code()],
  [
    'a story that begins with a refusal',
    'story',
    'A story about a stubborn robot',
    `# The robot\n\n"I'm sorry, but I can't help you with that," said the robot. ${song()}`,
  ],
];

describe('the quality gate lets pass', () => {
  it.each(good)('%s', async (_what, type, prompt, text) => {
    expect(await checkQuality(requestFor(type, prompt), { text, finishReason: 'stop' })).toEqual({ ok: true });
  });
});

function quotations(): string {
  return [
    '# Frases que se quedan',
    'Hay frases que aprendimos en la oscuridad de una sala y que todavía usamos sin pensar de dónde vienen.',
    '> May the Force be with you.',
    'La decíamos en el patio, antes de los exámenes, y nadie necesitaba traducirla. Otra la repetía mi hermano cada vez que salía de casa:',
    '> I’ll be back.',
    'Y volvía, casi siempre tarde. Con los años uno descubre que no recuerda el argumento, pero sí la voz, la butaca y a la persona que se sentaba al lado. Eso es lo que guardan las frases: no la película, sino la tarde en que la vimos. Por eso conviene apuntarlas, como quien guarda entradas viejas en un libro, y volver a leerlas algún domingo de lluvia.',
  ].join('\n\n');
}

function headphones(): string {
  return [
    'Auriculares inalámbricos over-ear con noise cancelling, pensados para quien trabaja en ruta.',
    'Se conectan por Bluetooth 5.3 multipoint al portátil y al móvil a la vez, y su modo ambient deja pasar la voz de quien te habla sin que tengas que quitártelos.',
    '- **Batería:** 30 horas, con quick charge por USB-C.\n- **Códecs:** LDAC, AAC y SBC.\n- **App:** ecualizador y find my device.\n- **En la caja:** funda, cable jack y adaptador.',
  ].join('\n\n');
}

function dialogue(): string {
  return [
    '# La cuerda de tender',
    'Hacía once años que Pilar y Asun no se hablaban, y once años que compartían la misma cuerda de tender.',
    '—Se le ha caído una sábana —dijo una voz desde la ventana.',
    '—Ya lo veo.',
    '—Lo siento, no puedo bajar a recogerla —insistió Asun—. Es la rodilla.',
    'Pilar miró la sábana, miró la ventana y, por primera vez en mucho tiempo, no encontró nada ingenioso que contestar. Bajó las escaleras despacio, la recogió, la sacudió y, en vez de volver a su casa, llamó al segundo izquierda.',
  ].join('\n\n');
}

function ballad(): string {
  const chorus = 'Alumbra, farero, que el barco no ve,\nalumbra la noche, que yo esperaré.';
  const verses = [
    'Subió los peldaños con pan y candil,\ndejó en la ventana la luz del abril,\ny abajo las olas, cansadas de andar,\ncontaban las piedras del fondo del mar.',
    'Su madre decía que el mar no es de fiar,\nque quien lo vigila no aprende a bailar,\nmas él, que sabía el compás del reloj,\nbailaba en silencio con viento y farol.',
    'Y cuando el invierno tapó la bahía\nllegó una barquita que nadie tenía,\nvenía despacio, venía sin voz,\ny traía el nombre que él nunca olvidó.',
  ];
  return `# El farero\n\n${verses.map((verse) => `${verse}\n\n${chorus}`).join('\n\n')}`;
}

function productList(): string {
  const features = [
    'boils a litre in two minutes',
    'switches itself off',
    'keeps its handle cool',
    'pours without dripping',
    'is easy to descale',
  ];
  return `# The Quiet Kettle\n\nA kettle for people who get up early.\n\n${features.map((feature) => `- **It ${feature}.** You will not notice, and that is the point.`).join('\n')}`;
}

function song(): string {
  const chorus =
    'Roll on, roll on, you grey old sea,\nbring back my brother, my brother to me,\nroll on till the harbour bells ring three,\nroll on, you grey old sea.';
  const verses = [
    'He left on a Monday with bread and a song,\nthe wind in the rigging, the day hardly long,\nand I on the pier with the nets and the tar\nsaw nothing but gulls and a single star.',
    'My mother lit candles and counted the tides,\nshe mended his jacket, she swept both the sides\nof the street where he used to come whistling home,\nand the window was wet with the salt and the foam.',
    'Then autumn came over the water with rain,\na sail in the distance, it was not in vain,\nfor up from the landing, all barnacled, thin,\ncame somebody whistling and let himself in.',
  ];
  return verses.map((verse) => `${verse}\n\n${chorus}`).join('\n\n');
}

function houseThatJackBuilt(): string {
  const parts = [
    'the house that Jack built.',
    'the malt that lay in',
    'the rat that ate',
    'the cat that killed',
    'the dog that worried',
    'the cow with the crumpled horn that tossed',
    'the maiden all forlorn that milked',
    'the man all tattered and torn that kissed',
    'the priest all shaven and shorn that married',
    'the cock that crowed in the morn that waked',
    'the farmer sowing his corn that kept',
  ];
  return parts
    .map(
      (_, last) =>
        `This is ${parts
          .slice(0, last + 1)
          .toReversed()
          .join('\n')}`,
    )
    .join('\n\n');
}

function table(): string {
  const yesNo = (n: number) => [1, 2, 4, 8].map((bit) => (n & bit ? 'yes' : 'no')).join(' | ');
  const rows = Array.from({ length: 14 }, (_, n) => `| Plan number ${n + 1} | ${yesNo(n)} | ${n * 3 + 5} euro |`);
  return `# Plans compared\n\n| Plan | Mail | Chat | Phone | Visits | Price |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n\nTake the first one that has what you need.`;
}

function code(): string {
  const line = '  console.log(items[index]);';
  const loop = (head: string) => `\`\`\`js\n${head} {\n${line}\n}\n\`\`\``;
  return [
    '# Loops\n\nThere are three ways to walk over a list, and each of them has its day.',
    loop('for (let index = 0; index < items.length; index += 1)'),
    'The first one tells the machine every step. It is the oldest, and it still is the fastest where that matters, which is seldom.',
    loop('for (const index in items)'),
    'The second one walks over keys. Do not use it for lists: it also finds what somebody hung on them.',
    loop('for (const [index] of items.entries())'),
    'The third one says what you mean. Start there, and measure before you change it for something else.',
  ].join('\n\n');
}
