import type { Picture } from '../drawing/picture.ts';
import type { SampleLanguage } from './detect-language.ts';
import type { SeededRandom } from './seeded-random.ts';

interface DescriptionBank {
  notice: string;
  shapes: Record<'wide' | 'tall' | 'square', string>;
  size: (picture: Picture, shape: string) => string;
  more: string[];
  closing: string;
}

const banks: Record<SampleLanguage, DescriptionBank> = {
  en: {
    notice: 'Sample description: no AI model has looked at this image.',
    shapes: { wide: 'in landscape format', tall: 'in portrait format', square: 'square' },
    size: ({ width, height }, shape) => `It is ${width} pixels wide and ${height} pixels high, ${shape}.`,
    more: [
      'A real description would begin with what matters most in the picture.',
      'It would go on to the place, the light and the things in the background.',
      'Words that can be read in the picture would be quoted here.',
      'People would be described by what they do, never by who they might be.',
      'Colours and shapes would come in where they help to imagine the scene.',
      'A chart or a screenshot would be told by what it says, not by how it looks.',
    ],
    closing: 'All of this comes from a fixed phrase bank; only the size was read from the file.',
  },
  es: {
    notice: 'Descripción de muestra: ningún modelo de IA ha mirado esta imagen.',
    shapes: { wide: 'apaisado', tall: 'vertical', square: 'cuadrado' },
    size: ({ width, height }, shape) =>
      `Mide ${width} píxeles de ancho y ${height} píxeles de alto y tiene formato ${shape}.`,
    more: [
      'Una descripción de verdad empezaría por lo más importante de la imagen.',
      'Después vendrían el lugar, la luz y las cosas que hay al fondo.',
      'Las palabras que se leen en la imagen aparecerían citadas aquí.',
      'De las personas se diría lo que hacen, nunca quiénes podrían ser.',
      'Los colores y las formas entrarían donde ayudan a imaginar la escena.',
      'Una gráfica o una captura se contaría por lo que dice, no por su aspecto.',
    ],
    closing: 'Todo esto sale de un banco de frases fijo; del archivo solo se ha leído el tamaño.',
  },
};

/**
 * A sample of a description: says that it is one, and what can be said of an image without looking at it, which is
 * its size. As long as the prompt asks in the product's words.
 */
export function describePicture(
  picture: Picture,
  { language, prompt, random }: { language: SampleLanguage; prompt: string; random: SeededRandom },
): string {
  const { notice, shapes, size, more, closing } = banks[language];
  const { width, height } = picture;
  const opening = `${notice} ${size(picture, shapes[width > height ? 'wide' : width < height ? 'tall' : 'square'])}`;
  if (/^Length: one sentence$/m.test(prompt)) return opening;
  if (/^Length: several paragraphs$/m.test(prompt)) {
    const sentences = random.sample(more, more.length);
    const half = Math.ceil(sentences.length / 2);
    return [opening, sentences.slice(0, half).join(' '), sentences.slice(half).join(' '), closing].join('\n\n');
  }
  return [opening, random.pick(more), closing].join(' ');
}
