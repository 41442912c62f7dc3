import { expect, test } from 'vitest';
import { writeTranslation } from './write-translation.ts';

const system = 'You are a translator.';
const ask = (target: string, lines: string) =>
  writeTranslation({ system, prompt: `Source language: x\nTarget language: ${target}\n\nText:\n${lines}` });

test('marks and numbers come back, words do not, and it says that it is a sample', () => {
  expect(ask('Spanish (spa_Latn)', '⟦#1⟧ Take ⟦1⟧two⟦2⟧ cups\n⟦#2⟧ and wait')).toBe(
    '⟦#1⟧ [SAMPLE] Táké ⟦1⟧twö⟦2⟧ çüpš\n⟦#2⟧ áñd wáít',
  );
});

test.each(
  'Arab Armn Beng Cyrl Deva Ethi Geor Grek Gujr Guru Hang Hebr Khmr Knda Laoo Mlym Mymr Olck Orya Sinh Taml Telu Tfng Thai Tibt'.split(
    ' ',
  ),
)('every letter is one of the script %s', (script) => {
  const words = ask(`X (xxx_${script})`, '⟦#1⟧ The quick brown fox, die schöne Füchsin, y el niño')?.replace(
    '[SAMPLE]',
    '',
  );
  expect(words).toMatch(new RegExp(String.raw`^⟦#1⟧ (?:\p{Script=${script}}|[\s,])+$`, 'u'));
});

test('another request is not taken for one', () => {
  expect(writeTranslation({ system, prompt: 'Write about tea' })).toBeUndefined();
  expect(writeTranslation({ system: 'You are an editor.', prompt: '⟦#1⟧ Tea' })).toBeUndefined();
});
