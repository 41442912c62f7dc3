const sorry = String.raw`(?:(?:i['’]m|i am) (?:really |very |so |truly )?sorry|sorry|unfortunately|i apologi[sz]e|my apologies)[,.;:]?(?: but)?`;
const cannot = String.raw`(?:can['’]?t|can not|cannot|won['’]?t|will not|am (?:not able|unable) to|['’]m (?:not able|unable) to|am not going to|must decline to|have to decline to)`;
const perform = String.raw`(?:help (?:you )?with|help you|help[.!,;]|assist|comply|fulfil|fulfill|provide|generate|produce|create|write|continue with|engage|discuss|support) ?(?:you )?(?:with |in |to )?(?:that|this|these|those|such|your|the request|the content|content|text|material|instructions|creating|writing|a story|a text|any)?`;
const lamento = String.raw`(?:lo siento|lo lamento|disculpa|perdona|lamentablemente)[,.;:]?(?: mucho[,.]?)?(?: pero)?`;
const noPuedo = String.raw`(?:no puedo|no podré|no me es posible|no soy capaz de|no estoy en condiciones de)`;
const hacer = String.raw`(?:ayudar(?:te|le|os)? con|ayudar(?:te|le|os)?[.!,;]|asistir|cumplir|generar|crear|escribir|redactar|proporcionar|producir|continuar con|atender|responder)`;

interface Pattern {
  begins: RegExp;
  /** A longer text only begins like a refusal and then goes on. */
  maxWords: number;
}

/** How models of several makers begin a refusal, in English and Spanish. */
const patterns: Pattern[] = [
  {
    begins: new RegExp(String.raw`^${sorry},? i(?: ${cannot}|['’]m (?:not able|unable) to) ${perform}`),
    maxWords: 120,
  },
  {
    begins: new RegExp(
      String.raw`^i ?${cannot} (?:help|assist|comply) (?:you )?with (?:that|this|your|the|such|creating|writing|requests?)`,
    ),
    maxWords: 120,
  },
  { begins: new RegExp(String.raw`^i ?${cannot} (?:comply|fulfil|fulfill) `), maxWords: 120 },
  {
    begins: new RegExp(
      String.raw`^i ?${cannot} (?:write|create|generate|provide|produce) (?:that|this|such|content|the requested|any)\b`,
    ),
    maxWords: 60,
  },
  {
    begins:
      /^(?:sorry, )?(?:but )?as an? (?:ai|artificial intelligence|(?:large )?language model)\b.{0,60}\bi (?:can['’]?t|cannot|am (?:not able|unable)|do not|don['’]t|must)/s,
    maxWords: 120,
  },
  { begins: new RegExp(String.raw`^${lamento},? ${noPuedo} ${hacer}`), maxWords: 120 },
  {
    begins: new RegExp(
      String.raw`^${noPuedo} (?:ayudar(?:te|le|os)? con|cumplir con|generar (?:ese|este|contenido)|escribir (?:ese|este|eso|esto)|crear (?:ese|este|contenido))`,
    ),
    maxWords: 120,
  },
  {
    begins:
      /^(?:lo siento, (?:pero )?)?como (?:modelo de lenguaje|inteligencia artificial|ia|asistente)\b.{0,60}\bno (?:puedo|me es posible|debo)/s,
    maxWords: 120,
  },
];

/** Whether a text is nothing but a refusal to write one. */
export function isOnlyRefusal(text: string, wordCount: number): boolean {
  if (wordCount > 120) return false;
  // Models dress it up: "**I'm sorry**, …", "> I can't …", quotation marks.
  const plain = text
    .replaceAll(/[*_#>"“”]/g, '')
    .trim()
    .toLowerCase();
  return patterns.some(({ begins, maxWords }) => wordCount <= maxWords && begins.test(plain));
}
