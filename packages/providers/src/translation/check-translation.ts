import { isLanguageCode, languages, scriptOf } from '@octavo/contracts';
import { detectLanguage } from './detect-language.ts';
import { shareOfScript } from './scripts.ts';

export type TranslationVerdict =
  | { ok: true }
  | {
      ok: false;
      code: 'quality_too_short' | 'quality_too_long' | 'quality_language' | 'quality_echo';
      /** In the words of the person who waits for the text. */
      reason: string;
    };

/** A translation is between these shares of the length of its source. */
export const lengthRatio = { min: 0.3, max: 3.5 };
/** Shorter texts vary more: "OK" may become a whole sentence. */
const minWeighed = 60;
/** Names and code may stay in the script of the source. */
const minShareOfScript = 0.4;

/** Languages that a detector takes for one another, and that readers of both understand. */
const lookAlike = [
  ['bos_Latn', 'hrv_Latn', 'slv_Latn'],
  ['dan_Latn', 'nob_Latn', 'nno_Latn', 'swe_Latn'],
  ['ind_Latn', 'zsm_Latn', 'jav_Latn', 'sun_Latn', 'min_Latn'],
  ['cat_Latn', 'oci_Latn', 'spa_Latn', 'glg_Latn', 'por_Latn', 'ast_Latn'],
  ['ces_Latn', 'slk_Latn', 'szl_Latn'],
  ['hin_Deva', 'mar_Deva', 'npi_Deva', 'bho_Deva', 'mai_Deva', 'mag_Deva', 'hne_Deva', 'awa_Deva', 'san_Deva'],
  ['pes_Arab', 'prs_Arab'],
  ['bul_Cyrl', 'mkd_Cyrl', 'srp_Cyrl'],
  ['zho_Hans', 'zho_Hant', 'yue_Hant'],
];

/**
 * Whether `output` can be a translation of `source` into the language `target` (an NLLB code): its length, its script, and
 * its language where that can be told. It says nothing of whether the translation is right.
 */
export function checkTranslation(source: string, output: string, target: string): TranslationVerdict {
  if (!isLanguageCode(target)) throw new TypeError(`${target} is no language code`);
  const { name } = languages[target];
  const wrongLanguage = (reason: string) => ({ ok: false as const, code: 'quality_language' as const, reason });

  const from = detectLanguage(source);
  if (from !== undefined && !areAlike(from, target) && sameWords(source, output))
    return { ok: false, code: 'quality_echo', reason: 'The model only repeated the text instead of translating it.' };

  const before = weigh(source);
  if (before >= minWeighed) {
    const ratio = weigh(output) / before;
    if (ratio < lengthRatio.min)
      return { ok: false, code: 'quality_too_short', reason: 'The translation is far shorter than the text.' };
    if (ratio > lengthRatio.max)
      return { ok: false, code: 'quality_too_long', reason: 'The translation is far longer than the text.' };
  }

  const letters = output.match(/\p{L}/gu)?.length ?? 0;
  if (letters >= minWeighed && shareOfScript(output, scriptOf(target)) < minShareOfScript)
    return wrongLanguage(`The translation is not written in the script of ${name}.`);
  const to = detectLanguage(output);
  // Only a language that the detector knows can be missed by it.
  if (to !== undefined && detectable.has(target) && !areAlike(to, target))
    return wrongLanguage(`The translation is in ${languages[to].name} instead of ${name}.`);
  if (to !== undefined && to === from && !areAlike(to, target))
    return wrongLanguage(`The translation is still in ${languages[to].name}.`);
  return { ok: true };
}

/** The languages that `detectLanguage` can name. */
const detectable = new Set<string>(
  (
    'amh_Ethi arb_Arab azj_Latn bel_Cyrl bul_Cyrl ben_Beng cat_Latn ces_Latn dan_Latn deu_Latn ell_Grek eng_Latn spa_Latn ' +
    'est_Latn eus_Latn pes_Arab fin_Latn fra_Latn guj_Gujr heb_Hebr hin_Deva hrv_Latn hun_Latn hye_Armn isl_Latn ita_Latn ' +
    'jpn_Jpan kat_Geor kan_Knda kor_Hang lao_Laoo lit_Latn lvs_Latn mal_Mlym mar_Deva zsm_Latn nld_Latn nob_Latn ory_Orya ' +
    'pan_Guru pol_Latn por_Latn ron_Latn rus_Cyrl slk_Latn slv_Latn als_Latn srp_Cyrl swe_Latn tam_Taml tel_Telu tha_Thai ' +
    'tgl_Latn tur_Latn ukr_Cyrl urd_Arab vie_Latn yor_Latn zho_Hans zho_Hant'
  ).split(' '),
);

function areAlike(one: string, other: string): boolean {
  return one === other || lookAlike.some((family) => family.includes(one) && family.includes(other));
}

function sameWords(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return plain(one) === plain(other);
}

/** Letters and digits, those of dense scripts for as many as they usually replace. */
function weigh(text: string): number {
  const all = text.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
  const chinese = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const syllables =
    text.match(/[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Ethiopic}]/gu)?.length ?? 0;
  return all + chinese * 2 + syllables;
}
