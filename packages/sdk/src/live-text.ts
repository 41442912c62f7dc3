import type { GenerationEvent, GenerationStatus, GenerationView, MediaView } from '@octavo/contracts';
import { isTerminal } from '@octavo/contracts/names';

/** A generation as a reader sees it. `text` is the text of take `attempt` and of no other. */
export interface LiveText {
  status: GenerationStatus;
  attempt: number;
  text: string;
  /** Of the same take. */
  images: MediaView[];
  provider: string | null;
  model: string | null;
  /** Why the last take was given up, while the next one is waited for or written. */
  lastFailure: string | null;
  failureReason: string | null;
}

export const nothingYet: LiveText = {
  status: 'pending',
  attempt: 0,
  text: '',
  images: [],
  provider: null,
  model: null,
  lastFailure: null,
  failureReason: null,
};

/** `gap`: words before this event were missed; the state is unchanged and a snapshot is needed. */
export interface Applied {
  state: LiveText;
  gap: boolean;
}

/** Applies one event of the run log. Events may come twice, late, or after others were lost. */
export function applyEvent(state: LiveText, event: GenerationEvent): Applied {
  if (isTerminal(state.status) || event.attempt < state.attempt) return { state, gap: false };
  const isNewTake = event.attempt > state.attempt;
  const take: LiveText = isNewTake ? { ...state, attempt: event.attempt, text: '', images: [] } : state;
  switch (event.type) {
    case 'queued':
      return { state: take, gap: false };
    case 'started':
      return { state: { ...take, status: 'processing', provider: event.provider, model: event.model }, gap: false };
    case 'delta': {
      if (event.offset > take.text.length) return { state, gap: true };
      const news = event.text.slice(take.text.length - event.offset);
      // The same words again, or words that are known already.
      if (take.text.length - event.offset >= event.text.length) return { state: take, gap: false };
      return { state: { ...take, status: 'processing', text: take.text + news }, gap: false };
    }
    case 'image':
      // Its addresses come with the snapshot.
      return { state: { ...take, status: 'processing' }, gap: !take.images.some(({ id }) => id === event.mediaId) };
    case 'retrying':
      return { state: { ...take, status: 'pending', lastFailure: event.reason }, gap: false };
    case 'completed':
    case 'failed':
    case 'cancelled':
      // What was kept may be more than what was heard: the snapshot has the last word.
      return { state, gap: true };
  }
}

/** Takes over what the server holds, unless the reader is further: live words run ahead of the snapshot. */
export function applySnapshot(state: LiveText, view: GenerationView): LiveText {
  const isOlder =
    view.attempt < state.attempt ||
    (view.attempt === state.attempt &&
      (view.text.length < state.text.length || view.images.length < state.images.length));
  if (isTerminal(state.status) || (isOlder && !isTerminal(view.status))) return state;
  return {
    status: view.status,
    attempt: view.attempt,
    text: view.text,
    images: view.images,
    provider: view.provider,
    model: view.model,
    lastFailure:
      view.attempts.findLast(({ outcome }) => outcome === 'failed' || outcome === 'interrupted')?.reason ?? null,
    failureReason: view.failureReason,
  };
}
