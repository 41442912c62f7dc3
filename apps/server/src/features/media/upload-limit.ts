import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/http';

/**
 * An `onRequest` hook, after `authenticate`: each upload may hold tens of megabytes until it is stored, so only so many
 * are taken at once.
 */
export function createUploadLimit({ perUser, total }: { perUser: number; total: number }) {
  const running = new Map<string, number>();
  let all = 0;

  return async ({ userId }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const mine = running.get(userId) ?? 0;
    if (mine >= perUser || all >= total) {
      throw new AppError('too_many_requests', 'Too many images are being uploaded at once. Try again in a moment.', {
        retryAfterSeconds: 2,
      });
    }
    running.set(userId, mine + 1);
    all += 1;
    reply.raw.once('close', () => {
      all -= 1;
      const left = (running.get(userId) ?? 1) - 1;
      if (left === 0) running.delete(userId);
      else running.set(userId, left);
    });
  };
}
