import type { StoryInput } from '@octavo/contracts';
import { describe, expect, it } from 'vitest';
import { findWrongLanguage } from './language.ts';
import { requestFor } from './testing/request-for.ts';

const texts: Record<string, string> = {
  spa_Latn:
    'La abuela de Lucía guardaba en el armario una caja de hojalata con botones de todos los colores. Cada tarde de lluvia, las dos se sentaban junto a la ventana y ordenaban los botones por tamaños, mientras la abuela contaba de qué vestido venía cada uno. El más grande, de nácar, había sido de un abrigo que cruzó el mar en un barco lento. Lucía lo apretaba en la mano y creía oír las olas.',
  eng_Latn:
    'The bakery on the corner opens before anyone else in the street. By five the ovens are warm and the first trays of rolls cool on the rack beside the window. Regulars know that the seeded loaf sells out by eight, so they come early and wait in the cold, talking about the weather and their children. Nobody minds, because the smell alone is worth the walk.',
  por_Latn:
    'A padaria da esquina abre antes de todas as outras lojas da rua. Às cinco os fornos já estão quentes e os primeiros pães arrefecem junto à janela. Os fregueses sabem que o pão de sementes acaba cedo, por isso vêm de madrugada e esperam ao frio, a conversar sobre o tempo e os filhos. Ninguém se importa, porque só o cheiro já vale o passeio.',
  fra_Latn:
    "La boulangerie du coin ouvre avant tout le monde. À cinq heures, les fours sont chauds et les premiers pains refroidissent près de la fenêtre. Les habitués savent que le pain aux graines part vite, alors ils viennent tôt et attendent dans le froid en parlant du temps et de leurs enfants. Personne ne s'en plaint, car l'odeur vaut bien la promenade.",
  deu_Latn:
    'Die Bäckerei an der Ecke öffnet vor allen anderen in der Straße. Um fünf sind die Öfen warm, und die ersten Brötchen kühlen neben dem Fenster ab. Die Stammkunden wissen, dass das Körnerbrot früh ausverkauft ist, also kommen sie zeitig und warten in der Kälte und reden über das Wetter und ihre Kinder.',
  ita_Latn:
    "Il forno all'angolo apre prima di tutti gli altri negozi della via. Alle cinque i forni sono caldi e i primi panini si raffreddano accanto alla finestra. I clienti sanno che il pane ai semi finisce presto, perciò arrivano di buon'ora e aspettano al freddo parlando del tempo e dei figli. Nessuno si lamenta, perché il profumo vale la passeggiata.",
  cat_Latn:
    "El forn de la cantonada obre abans que cap altra botiga del carrer. A les cinc els forns ja són calents i els primers panets es refreden al costat de la finestra. Els clients saben que el pa de llavors s'acaba aviat, per això vénen d'hora i esperen al fred tot parlant del temps i dels fills.",
  nld_Latn:
    'De bakkerij op de hoek gaat eerder open dan alle andere winkels in de straat. Om vijf uur zijn de ovens warm en koelen de eerste broodjes af naast het raam. Vaste klanten weten dat het zadenbrood snel uitverkocht is, dus komen ze vroeg en wachten in de kou, pratend over het weer en hun kinderen.',
  swe_Latn:
    'Bageriet på hörnet öppnar före alla andra på gatan. Klockan fem är ugnarna varma och de första bullarna svalnar bredvid fönstret. Stamkunderna vet att fröbrödet tar slut tidigt, så de kommer i god tid och väntar i kylan medan de pratar om vädret och sina barn.',
  pol_Latn:
    'Piekarnia na rogu otwiera się wcześniej niż wszystkie inne sklepy na ulicy. O piątej piece są już ciepłe, a pierwsze bułki stygną obok okna. Stali klienci wiedzą, że chleb z ziarnami szybko się kończy, więc przychodzą wcześnie i czekają na zimnie, rozmawiając o pogodzie i dzieciach.',
  rus_Cyrl:
    'Пекарня на углу открывается раньше всех на улице. К пяти часам печи уже тёплые, и первые булочки остывают у окна. Постоянные покупатели знают, что хлеб с семечками быстро заканчивается, поэтому приходят рано и ждут на холоде, разговаривая о погоде и детях.',
  jpn_Jpan:
    '角のパン屋は通りのどの店よりも早く開きます。五時にはかまどが温まり、焼きたてのパンが窓のそばで冷めていきます。常連客は種入りのパンが早く売り切れることを知っているので、寒い中でも早く来て、天気や子どものことを話しながら待っています。',
  zho_Hans:
    '街角的面包店比街上任何一家店都开得早。五点钟炉子已经热了，第一批面包在窗边慢慢变凉。老顾客知道杂粮面包很快就会卖完，所以他们早早地来，在寒风中一边等一边聊着天气和孩子。没有人介意，因为光是那香味就值得走这一趟。',
  arb_Arab:
    'يفتح المخبز في الزاوية قبل جميع المحلات في الشارع. في الخامسة تكون الأفران دافئة وتبرد أولى الأرغفة بجانب النافذة. يعرف الزبائن أن خبز البذور ينفد مبكرا، لذلك يأتون باكرا وينتظرون في البرد وهم يتحدثون عن الطقس وأولادهم.',
};
const codes = Object.keys(texts);
const english = texts['eng_Latn'] ?? '';
const spanish = texts['spa_Latn'] ?? '';

const judge = (prompt: string, text: string, input?: { language: string }) =>
  findWrongLanguage(requestFor('story', prompt, input && { input: input as StoryInput }), text);

describe('a language that was asked for', () => {
  it.each(codes)('%s is told from every other one, and never from itself', async (wanted) => {
    for (const came of codes) {
      const found = await judge('Tea', texts[came] ?? '', { language: wanted });
      expect([came, found !== undefined]).toEqual([came, came !== wanted]);
    }
  });

  it('is expected whatever the language of the prompt is', async () => {
    expect(await judge(english, spanish, { language: 'spa_Latn' })).toBeUndefined();
    expect(await judge(english, english, { language: 'spa_Latn' })).toEqual({ wanted: 'Spanish', came: 'English' });
  });

  it.each([
    ['one that cannot be told', 'quy_Latn', english],
    ['one in a script that the detector does not know it in', 'kmr_Latn', english],
    ['a code that stands for nothing', 'xxx_Latn', english],
    ['a short text', 'spa_Latn', 'The tea is ready. Come in and sit down, said the old man.'],
    ['a mixed text', 'spa_Latn', `${spanish} ${english}`],
    ['code', 'spa_Latn', `Así:\n\n\`\`\`js\n${english}\n\`\`\``],
    [
      'a language so close that nobody should be sure',
      'nob_Latn',
      'Bageriet på hjørnet åbner før alle andre i gaden. Klokken fem er ovnene varme, og de første boller køler af ved siden af vinduet. Stamkunderne ved, at frøbrødet hurtigt bliver udsolgt, så de kommer tidligt.',
    ],
  ])('raises no alarm for %s', async (_what, language, text) => {
    expect(await judge('Tea', text, { language })).toBeUndefined();
  });
});

describe('the language of the prompt', () => {
  it.each([
    ['Escribe una entrada de blog sobre la panadería de mi barrio y sus clientes', english, 'English'],
    ['Write a blog post about the bakery in our street and the people who wait there', spanish, 'Spanish'],
    ['Schreibe einen Text über die Bäckerei in unserer Straße und die Leute, die dort warten', english, 'English'],
  ])('is expected: %s', async (prompt, text, came) => {
    expect(await judge(prompt, text)).toMatchObject({ came });
  });

  it.each([
    ['Explain loops in JavaScript', english],
    ['Напиши пост о чае', texts['rus_Cyrl'] ?? ''],
    ['Write a blog post about Machu Picchu, Cusco and the Sacred Valley for tourists', english],
    ["A post about pasta alla carbonara, spaghetti all'amatriciana and cacio e pepe", english],
    ['Auriculares Sony WH-1000XM5 bluetooth noise cancelling negro 30 h batería', spanish],
    ['Blog sobre Kubernetes, Docker, Terraform y GitHub Actions para DevOps', spanish],
    ['Write about Dostoevsky, Tolstoy, Chekhov, Bulgakov, Nabokov and Pushkin', english],
    ['SEO keywords: cheap flights, hotel deals, last minute, Mallorca, Ibiza, Tenerife', english],
    ['Explain useState, useEffect, useMemo and useCallback in React', english],
    // Whoever names a language may want the text in it.
    ['Escribe en inglés una entrada de blog sobre la panadería de mi barrio', english],
    ['Write a Spanish text about the bakery in our street, with easy words', spanish],
    ['Bitte schreibe auf Spanisch etwas über die Bäckerei in unserer Straße', spanish],
    ['Translate this for my neighbours, who wait at the bakery every morning', spanish],
    // A page in another language to work from.
    [`Summarise the following page for the readers of our blog:\n\n${spanish}`, english],
    [`Summarise the following page for the readers of our blog:\n\n${spanish}`, spanish],
  ])('raises no alarm: %.60s', async (prompt, text) => {
    expect(await judge(prompt, text)).toBeUndefined();
  });
});
