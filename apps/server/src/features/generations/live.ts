import type { Logger } from '#platform/log';
import type { BusMessage, EventBus } from '#platform/realtime';
import type { SocketServer } from '#platform/sockets';
import type { GenerationRepository } from './repository.ts';

type Announced = Extract<BusMessage, { topic: 'generation' }>;

/** Passes what the bus says on to the sockets of the user it belongs to, and the documented events with it. */
export function startLive(deps: {
  bus: EventBus;
  sockets: SocketServer;
  repository: Pick<GenerationRepository, 'finished'>;
  log: Logger;
}): () => void {
  const { bus, sockets, repository, log } = deps;

  function announce({ userId, event }: Announced): void {
    const place = { contentId: event.contentId, jobId: event.generationId, timestamp: new Date().toISOString() };
    if (event.type === 'started') {
      sockets.emitToUser(userId, 'content:generation:started', { ...place, status: 'processing' });
    } else if (event.type === 'failed') {
      sockets.emitToUser(userId, 'content:generation:failed', {
        ...place,
        status: 'failed',
        failureReason: event.reason,
      });
    } else if (event.type === 'completed') {
      repository.finished(event.generationId).then(
        (generation) => {
          if (!generation) return;
          const { title, content_type: contentType, output } = generation;
          sockets.emitToUser(userId, 'content:generation:completed', {
            ...place,
            status: 'completed',
            title,
            contentType,
            generatedText: output ?? '',
          });
        },
        (error: unknown) => log.warn({ err: error, generationId: event.generationId }, 'completion not announced'),
      );
    }
  }

  const stops = [
    bus.subscribe((message) => {
      if (message.topic !== 'generation' || !sockets.hasUser(message.userId)) return;
      sockets.emitToUser(message.userId, 'generation:event', message.event);
      announce(message);
    }),
    bus.onGap(() => sockets.broadcast('generation:resync')),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
