import { readForm } from './read-form.ts';

export type SampleLanguage = 'en' | 'es';

const spanish =
  /(?<!\p{L})(el|la|los|las|de|del|que|y|en|un|una|para|con|por|sobre|cómo|como|más|escribe|es|se|su|al|entre|desde|hasta|cuando|donde|qué)(?!\p{L})/giu;
const english =
  /(?<!\p{L})(the|of|and|to|in|for|with|about|how|is|are|on|that|this|write|from|by|why|what|an|its|our|your)(?!\p{L})/giu;

/**
 * Spanish when the form or the instructions ask for it, or when the user's words are clearly Spanish; English in every
 * other case.
 */
export function detectLanguage(call: { system: string; prompt: string }): SampleLanguage {
  const { language, words } = readForm(call.prompt);
  if (language !== undefined) return language === 'Spanish' ? 'es' : 'en';
  if (
    /\b(in|into) spanish\b|\ben español\b/i.test(call.system) ||
    /\b(in|into) spanish\b/i.test(words.slice(0, 2000))
  ) {
    return 'es';
  }
  const sample = words.slice(0, 2000);
  const spanishWords = sample.match(spanish)?.length ?? 0;
  const englishWords = sample.match(english)?.length ?? 0;
  const marked = /[¿¡ñ]/i.test(sample) ? 2 : 0;
  return spanishWords + marked >= 2 && spanishWords + marked > englishWords ? 'es' : 'en';
}
