import { isTerminal } from '@octavo/contracts/names';
import { type LiveText, watchGeneration } from '@octavo/sdk';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../../lib/client.ts';
import { socket } from '../../lib/socket.ts';

/**
 * A generation as it is being written. Words come faster than a page can be laid out, so the page is told once a
 * frame. Undefined until the first is known, and for content that is not being written.
 */
export function useGeneration(id: string | null, isRunning: boolean): LiveText | undefined {
  const queries = useQueryClient();
  const [live, setLive] = useState<{ id: string; state: LiveText }>();

  useEffect(() => {
    if (id === null || !isRunning) return undefined;
    let frame = 0;
    const stop = watchGeneration({
      generationId: id,
      socket,
      fetchSnapshot: () => client.generation(id),
      onChange(state) {
        cancelAnimationFrame(frame);
        if (isTerminal(state.status)) {
          setLive({ id, state });
          void queries.invalidateQueries({ queryKey: ['content'] });
        } else {
          frame = requestAnimationFrame(() => setLive({ id, state }));
        }
      },
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
      // Its takes and times are known now, however the end became known.
      void queries.invalidateQueries({ queryKey: ['generation', id] });
    };
  }, [id, isRunning, queries]);

  if (!live || live.id !== id) return undefined;
  // The content may know of the end first, and then nobody watches any more: what was live is out of date.
  return isRunning || isTerminal(live.state.status) ? live.state : undefined;
}
