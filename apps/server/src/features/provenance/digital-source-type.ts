const terms = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/**
 * The IPTC term for where something comes from (https://cv.iptc.org/newscodes/digitalsourcetype/).
 *
 * `trainedAlgorithmicMedia` is what a model made that learned from examples, `algorithmicMedia` what a program made
 * without one, as the sandbox does, and `compositeSynthetic` a mix of which a part is one of these: once a person has
 * changed the words nobody can say how much of them is left.
 * @param provider null: a person or a program brought it
 * @returns null where nothing is known: this server did not see how it was made
 */
export function digitalSourceType(made: { provider: string | null; isEdited: boolean }): string | null {
  if (made.provider === null) return null;
  if (made.isEdited) return `${terms}compositeSynthetic`;
  return `${terms}${made.provider === 'sandbox' ? 'algorithmicMedia' : 'trainedAlgorithmicMedia'}`;
}
