import type { ContentView, GenerationStatus, GenerationView } from '@octavo/contracts';
import { isTerminal } from '@octavo/contracts/names';

/**
 * How a piece stands, which is not how its last attempt stands: words that a person wrote stay good when an attempt
 * after them, or before them, came to nothing.
 */
export interface PieceState {
  /** Of the last generation, as it is now. */
  status: GenerationStatus | null;
  isRunning: boolean;
  /**
   * What is on the page is not what the last generation made: a person changed the text, or an earlier one wrote or
   * drew it.
   */
  hasOwnText: boolean;
}

export function pieceState(
  content: ContentView,
  generation: GenerationView | undefined,
  liveStatus: GenerationStatus | undefined,
): PieceState {
  const status = liveStatus ?? content.generationStatus;
  const isEnded = status !== null && isTerminal(status);
  const isKnown = generation !== undefined && generation.finishedAt !== null && isEnded;
  const hasOwnText =
    content.contentType === 'image'
      ? isKnown && status !== 'completed' && content.version > 0
      : isKnown && content.generatedText !== '' && content.generatedText !== generation.text;
  return {
    status,
    isRunning: status !== null && !isEnded,
    hasOwnText,
  };
}
