/**
 * Makes a stream of deltas fit to be stored and sent: a surrogate pair that was split between two deltas is joined
 * again, and what has no UTF-8 form (lone surrogates) or no place in PostgreSQL (NUL) is left out.
 */
export function createWellFormer() {
  let held = '';
  return {
    push(delta: string): string {
      let text = held + delta;
      held = '';
      const last = text.charCodeAt(text.length - 1);
      if (last >= 0xd800 && last <= 0xdbff) {
        held = text.slice(-1);
        text = text.slice(0, -1);
      }
      return clean(text);
    },
    /** Ends the stream; half a pair that never got its other half is dropped. */
    end(): void {
      held = '';
    },
  };
}

function clean(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '');
  return wellFormed.includes('\u0000') ? wellFormed.replaceAll('\u0000', '') : wellFormed;
}
