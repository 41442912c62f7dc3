import type { TFunction } from 'i18next';

/** What providers say of themselves, and the words for it. One note may hold several of these sentences. */
const sentences: Array<[RegExp, (parts: string[], t: TFunction) => string]> = [
  [
    /^Set (\w+), or store a key as an admin, to use (.+)\.$/,
    ([variable = '', name = ''], t) => t('providerNote.setKey', { variable, name }),
  ],
  [/^Samples, put together without any AI model\.$/, (_, t) => t('providerNote.samples')],
  [/The bundled story model: 8\.9 million parameters, English fairy tales only\./, (_, t) => t('providerNote.tiny')],
  [
    /The local translation model (\S+) \(NLLB-200, licence CC-BY-NC 4\.0: not for commercial use\)\./,
    ([name = ''], t) => t('providerNote.nllb', { name }),
  ],
  [
    /The local translation model (\S+) \(MADLAD-400, licence Apache-2\.0\)\./,
    ([name = ''], t) => t('providerNote.madlad', { name }),
  ],
  [
    /The local model (\S+) describes images in one English sentence\./,
    ([name = ''], t) => t('providerNote.describes', { name }),
  ],
  [
    / is not downloaded yet\. Run: (npm run octavo model \S+)/,
    ([command = ''], t) => ` ${t('providerNote.download', { command })}`,
  ],
  [
    /^Set OPENAI_COMPATIBLE_BASE_URL, or start Ollama, llama\.cpp, vLLM or LM Studio on this machine\.$/,
    (_, t) => t('providerNote.noServer'),
  ],
  [/^The configured server at (\S+)/, ([url = ''], t) => t('providerNote.configured', { url })],
  [
    /^(Ollama|llama\.cpp|vLLM|LM Studio) found at (\S+)/,
    ([name = '', url = ''], t) => t('providerNote.found', { name, url }),
  ],
  [/ is not answering at the moment\.$/, (_, t) => ` ${t('providerNote.silent')}`],
  [/ lists no model that writes text; set OPENAI_COMPATIBLE_MODEL\.$/, (_, t) => ` ${t('providerNote.noModel')}`],
];

/** What a provider says of itself, in the person's language as far as there are words for it. */
export function providerNote(note: string, t: TFunction): string {
  return sentences.reduce(
    (text, [pattern, say]) => text.replace(pattern, (_whole, ...parts: string[]) => say(parts, t)),
    note,
  );
}
