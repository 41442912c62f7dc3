import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../i18n/en.ts';
import { es } from '../i18n/es.ts';
import { providerNote } from './provider-note.ts';

const translators = new Map<string, TFunction>();
beforeAll(async () => {
  for (const [lng, translation] of Object.entries({ en, es })) {
    const options = { lng, resources: { [lng]: { translation } }, interpolation: { escapeValue: false } };
    translators.set(lng, await i18next.createInstance().init(options));
  }
});

/** As the providers write it, word for word. */
describe('what a provider says of itself', () => {
  it.each([
    ['Set XAI_API_KEY, or store a key as an admin, to use xAI Grok.', /^Para usar xAI Grok, .*XAI_API_KEY/],
    ['Samples, put together without any AI model.', /^Muestras/],
    ['The bundled story model: 8.9 million parameters, English fairy tales only.', /^El modelo de cuentos incluido/],
    [
      'The bundled story model: 8.9 million parameters, English fairy tales only. The local translation model a/nllb (NLLB-200, licence CC-BY-NC 4.0: not for commercial use).',
      /^El modelo de cuentos.* El modelo local de traducción a\/nllb \(/,
    ],
    [
      'The local translation model a/madlad (MADLAD-400, licence Apache-2.0).',
      /^El modelo local de traducción a\/madlad/,
    ],
    ['The local model a/vit describes images in one English sentence.', /^El modelo local a\/vit describe/],
    [
      'The local translation model a/nllb (NLLB-200, licence CC-BY-NC 4.0: not for commercial use). a/nllb is not downloaded yet. Run: npm run octavo model a/nllb',
      /^El modelo local de traducción a\/nllb \(.* a\/nllb aún no .*npm run octavo model a\/nllb$/,
    ],
    [
      'Set OPENAI_COMPATIBLE_BASE_URL, or start Ollama, llama.cpp, vLLM or LM Studio on this machine.',
      /^Define OPENAI_COMPATIBLE_BASE_URL/,
    ],
    ['Ollama found at http://127.0.0.1:11434', /^Ollama \(encontrado en http:\/\/127\.0\.0\.1:11434\)$/],
    [
      'The configured server at http://127.0.0.1:1/v1 is not answering at the moment.',
      /^El servidor configurado en http:\/\/127\.0\.0\.1:1\/v1 no responde en este momento\.$/,
    ],
    [
      'Ollama found at http://127.0.0.1:11434 lists no model that writes text; set OPENAI_COMPATIBLE_MODEL.',
      /11434\) no ofrece ningún modelo que escriba textos; define OPENAI_COMPATIBLE_MODEL\.$/,
    ],
  ])('is said in Spanish: %s', (note, words) => {
    expect(providerNote(note, translators.get('es')!)).toMatch(words);
    // In English it stays as good as it was.
    expect(providerNote(note, translators.get('en')!)).not.toMatch(/\{\{|providerNote/);
  });

  it('stays as it is where there are no words for it', () => {
    expect(providerNote('There is no model folder /x.', translators.get('es')!)).toBe('There is no model folder /x.');
  });
});
