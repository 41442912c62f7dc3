import { textKinds, type TextKind } from './text-kind.ts';

/** Words which give a kind away, in English and Spanish. */
const marks: Record<TextKind, RegExp> = {
  social:
    /\b(social media|social post|social network|social|tweet|hashtags?|caption|instagram|linkedin|redes sociales)\b/i,
  product: /\b(product|ecommerce|e-commerce|producto)\b/i,
  story: /\b(story|stories|tale|fiction|narrative|chapter|storyteller|cuento|historia|relato)\b/i,
  blog: /\b(blog|article|art[ií]culo)\b/i,
};

/**
 * Which kind of text is wanted: the end of the model id says so (`sample-story`, `sample:social`), else the kind
 * that the instructions name first, else the one that the prompt names first, else a blog article.
 */
export function detectKind(call: { model: string; system: string; prompt: string }): TextKind {
  const named = textKinds.find((kind) => new RegExp(`(^|[-:/_.])${kind}$`, 'i').test(call.model));
  return named ?? firstNamed(call.system) ?? firstNamed(call.prompt.slice(0, 500)) ?? 'blog';
}

function firstNamed(text: string): TextKind | undefined {
  let best: { kind: TextKind; at: number } | undefined;
  for (const kind of textKinds) {
    const at = text.search(marks[kind]);
    if (at >= 0 && (best === undefined || at < best.at)) best = { kind, at };
  }
  return best?.kind;
}
