import type { SentenceBank } from './sentence-bank.ts';

export const englishBank: SentenceBank = {
  notice: {
    opening: "> Sample text from Octavo's built-in sandbox. No AI model wrote this.",
    closing: '*End of the sample: a fixed phrase bank put these words together, not an AI model.*',
  },
  noTopic: 'an open subject',
  blog: {
    titles: ['A first look at {topic}', 'What to know about {topic}', 'Getting started: {topic}', 'Notes on {topic}'],
    intros: [
      'You asked about “{topic}”. This page shows where such an article would stand, how long it would be and how its parts would follow each other, so that you can judge the layout before a real author or model fills it.',
      'The request was “{topic}”. Read what follows as a stand-in: the structure is the one a finished article would have, while the advice stays general enough to be true of almost any subject.',
      'Here is a draft-shaped answer to “{topic}”. It has headings, a short list and a conclusion, which makes it useful for trying out the editor, the preview and the export long before the final wording exists.',
    ],
    sections: [
      {
        heading: 'Start with the question behind it',
        sentences: [
          'Most subjects become easier once somebody writes down what they want to find out.',
          'One plain question, kept at the top of the page, quietly decides which facts belong and which can wait.',
          'If two questions compete, give each its own page rather than half of the same one.',
          'Readers forgive a narrow answer sooner than a vague one.',
        ],
      },
      {
        heading: 'Look at one concrete case',
        sentences: [
          'General statements slide past; a single worked case stays in memory.',
          'Choose an ordinary situation, describe it in order, and leave the surprising detail until the moment it matters.',
          'Numbers help when they come with a unit, a date and a source.',
          'After that, a sentence about what would change in a different setting is worth more than three further examples.',
        ],
      },
      {
        heading: 'Where people usually stumble',
        sentences: [
          'The common mistakes are rarely dramatic, which is why they last.',
          'Somebody skips the dull preparation, somebody else copies a recipe that was written for other conditions.',
          'A short checklist catches both, provided it is read before the work begins.',
          'When something fails anyway, note the circumstances while they are fresh.',
        ],
      },
      {
        heading: 'What it costs, and what it saves',
        sentences: [
          'Every choice has a price in money, in hours or in attention.',
          'Put the three side by side and the decision often makes itself.',
          'Cheap options tend to hide their price in maintenance, expensive ones in habits that are hard to leave.',
          'Review the sum after a season, because circumstances move even when plans do not.',
        ],
      },
      {
        heading: 'The people involved',
        sentences: [
          'Behind each process stands a person who has to live with it on a rainy Tuesday.',
          'Ask them early, listen longer than feels efficient, and repeat back what you understood.',
          'Credit given by name costs nothing and is remembered for years.',
          'Disagreement, handled kindly, is the cheapest form of quality control there is.',
        ],
      },
      {
        heading: 'Tools worth having at hand',
        sentences: [
          'A notebook, a calendar and a way to measure progress cover most of the ground.',
          'Anything more elaborate should earn its place by removing a step, not by adding a screen.',
          'Try a new instrument on something small first.',
          'Keep the old one nearby until the new one has survived a bad week.',
        ],
      },
      {
        heading: 'How to keep going',
        sentences: [
          'Enthusiasm starts a project and routine finishes it.',
          'Fix a modest rhythm, protect it, and let the results accumulate quietly.',
          'On slow days, tidy up: rename, sort, delete, and leave tomorrow a clean table.',
          'Small visible wins, shared with others, carry more weight than distant goals.',
        ],
      },
    ],
    listHeading: 'A short list to take away',
    listItems: [
      'Write the goal in one sentence and date it.',
      'Collect three sources that disagree with each other.',
      'Decide what you will leave out, and say so.',
      'Show a rough version to somebody patient.',
      'Measure before changing anything, then measure again.',
      'Plan the next review while the last one is warm.',
      'Keep what worked, retire what merely existed.',
    ],
    endings: [
      'That is the shape of the piece. Connect a provider in the settings, or hand the outline to a colleague, and these paragraphs give way to words that know the subject.',
      'From here the next step is yours: choose a provider, generate again, and compare the result with this outline section by section.',
      'Nothing above is expert advice, and it does not pretend to be. It holds the place, keeps the proportions honest and shows that the whole path from request to page works.',
    ],
  },
  product: {
    titles: ['{topic}', 'Meet {topic}', 'Introducing {topic}'],
    intros: [
      'A placeholder description for “{topic}”, written to show length, tone and layout. Replace it as soon as the real facts are in: materials, measurements, price and warranty belong here, in the words your customers use.',
      'This is how a description of “{topic}” could be laid out. Opening lines answer what it is and who it is for; the details follow in an order that a hurried shopper can skim.',
    ],
    listHeading: 'At a glance',
    listItems: [
      '**Made for daily use:** say what it withstands and how that was tested.',
      '**Easy to set up:** name the minutes it takes and the tools it needs.',
      '**A good fit:** give dimensions, weight and what comes in the box.',
      '**Simple to look after:** explain cleaning, spare parts and repair.',
      '**Clear promise:** state delivery time, returns and guarantee.',
      '**Thoughtful design:** mention the one detail that owners talk about.',
    ],
    uses: [
      'Describe a moment from an ordinary day in which the product helps, then stop; one honest scene persuades better than a row of adjectives.',
      'Compare it with the obvious alternative, fairly, and tell the reader for whom that alternative would be the wiser purchase.',
    ],
    endings: ['Ready when you are: add the facts, generate once more and publish.', 'Questions remain? List the three most frequent ones right below.'],
  },
  social: {
    hooks: ['Thinking about “{topic}” today. ☕', 'Quick thought on “{topic}” 👇', 'Three lines about “{topic}”:'],
    bodies: [
      'Start small, show your work, and let people see the unfinished middle as well as the polished end.',
      'The best advice usually fits on a sticky note, and the rest is patience with a friendly face.',
      'Nobody needs a perfect plan on Monday; a first step that can be undone is plenty.',
    ],
    questions: ['What would you try first?', 'How do you handle it where you are?', 'Which part surprised you most?'],
    tags: '#SampleText #Octavo',
  },
  story: {
    names: ['Mara', 'Nell', 'Runa', 'Ines', 'Odile', 'Tamsin'],
    places: ['Harrow Quay', 'the old observatory', 'Lantern Street', 'the valley station', 'Saltmarsh End'],
    titles: ['{name} and the folded note', 'The evening at {place}', 'What {name} found'],
    beats: [
      [
        'On the last evening of summer, {name} found a folded note under the door. It held only a few words in blue ink: “{topic}”. There was no name, no address, and the paper smelled faintly of oranges and rain.',
        'The clock at {place} had stopped again, so {name} climbed the stairs with her lamp and her oil can. Behind the pendulum somebody had pinned a card. “{topic}”, it said, in letters as careful as stitching.',
      ],
      [
        'She read it twice, then a third time aloud, the way her grandmother used to test a melody. The room listened. Outside, a bicycle bell rang once, a dog answered, and the street went back to being quiet.',
        'Most people would have thrown it away. {name} put it into the pocket of her coat instead, because small mysteries had always seemed to her a kind of luggage that weighed nothing and kept one warm.',
      ],
      [
        'At {place} the baker was closing his shutters. He shook his head over the writing, turned the scrap towards the lamp, and remembered a traveller who had paid with foreign coins and asked for the way to the river.',
        'The librarian at {place} knew every hand in town, but not this one. She did know the ink, however: it came from a shop by the river that had burned down before either of them was born.',
      ],
      [
        'So the path led down to the water. Fog had settled between the boats, thick as wool, and the planks of the jetty knocked softly together. Twice {name} nearly turned around; twice a light blinked further along, patient as a held breath.',
        'The lane ended at a gate that no map mentioned. Its latch was cold, its hinges were newly greased. Whoever had left the message expected a visitor, and {name}, who disliked being late, pushed it open with her shoulder.',
      ],
      [
        'An old woman sat there mending a net, and she did not look up. “You took your time,” she said. “I send one of those every year. Nearly everyone answers the words. You are the first who came to ask about the writer.”',
        'Inside a boy was feeding a stove with pages from a ledger. He was not afraid. “They told me to wait for the one who would rather ask than guess,” he explained, and poured tea into two chipped cups.',
      ],
      [
        'They talked until the stars thinned out. {name} told of the shop she had never opened, of the letters she had not sent. Somewhere between the second cup and the first gull, the question she had carried all day grew lighter and then simply left.',
        'He showed her a drawer full of similar cards, each with a date, each with a different hand beneath. It was not a riddle at all, she understood, but an invitation that passed from one stranger to the next like a borrowed book.',
      ],
      [
        'In the morning she bought a sheet of paper and a bottle of blue ink. She wrote slowly, folded the page in four, and slid it under a door she had chosen with her eyes closed. Then she walked home the long way, humming.',
        'When the clock struck seven again, the whole town looked up in surprise. {name} wiped her hands, smiled at the empty stairwell, and pinned a fresh card behind the pendulum, where the next careful person would be sure to find it.',
      ],
    ],
  },
  filler: {
    subjects: [
      'A patient reader', 'The second draft', 'An honest question', 'Every small habit', 'The quiet hour', 'A fresh pair of eyes', 'One clear example',
      'The plain answer', 'A borrowed idea', 'The first attempt', 'Good company', 'A long walk', 'The missing detail', 'An open window',
      'The slower road', 'A careful note', 'Each honest mistake', 'The old notebook', 'A friendly rival', 'The simple version', 'A tidy desk',
      'The next season', 'A steady hand',
    ],
    verbs: [
      'changes the whole picture', 'leaves room for doubt', 'gives the work shape', 'makes the difference', 'brings the parts together',
      'earns its place', 'shows what matters', 'keeps the promise', 'asks for attention', 'opens another door', 'settles the argument',
      'saves an afternoon', 'points somewhere new', 'repays the effort', 'teaches something useful', 'carries the weight', 'finds its own pace',
      'holds the thread', 'softens the edges',
    ],
    tails: [
      'before anyone notices.', 'once the dust settles.', 'in almost every case.', 'when plans meet weather.', 'without making a fuss.',
      'while somebody listens.', 'after the second look.', 'for those who wait.', 'and nothing is lost.', 'however late it arrives.',
      'on an ordinary day.', 'if one lets it.', 'more often than expected.', 'with very little noise.', 'where others saw none.',
      'until evening comes.', 'and then moves on.',
    ],
  },
};
