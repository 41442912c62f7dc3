import { idempotencyKey } from '@octavo/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** What the document says of a route that takes an Idempotency-Key. */
export const takesIdempotencyKey = {
  headers: z.looseObject({ 'idempotency-key': idempotencyKey.optional() }),
  answerHeaders: { 'idempotency-replayed': '`true` when this answer was given before, to the same key.' },
};

export function sayReplayed(reply: FastifyReply, replayed: boolean): void {
  if (replayed) reply.header('idempotency-replayed', 'true');
}
