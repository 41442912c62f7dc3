import { type RawBuilder, sql } from 'kysely';
import { lastPriority } from '../queue/job.ts';

/** Beyond it, generations go in the order of their coming. */
export const lastPlace = lastPriority;

/**
 * Where a generation comes to stand in the line of a provider: behind the user's own, and beside the first of all
 * others, so that users take turns whoever brought how many. (Start-time fair queueing: the place of the first in line
 * is how far the line has come.) Statements of the same moment do not see each other and may give two of a user's own
 * the same place: the older one goes first.
 *
 * Both reads touch one index entry. The first says "pending" in two steps, so that `generations_unfinished_of_user` alone
 * can answer it: until the table is analyzed, the index of the whole line looks as good, and is searched to its end.
 */
export function placeInLine(userId: RawBuilder<unknown>, provider: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`least(${sql.lit(lastPlace)}, coalesce(
    (SELECT max(own.place) + 1 FROM generations own
      WHERE own.status IN ('pending', 'processing') AND own.status <> 'processing'
        AND own.user_id = ${userId} AND own.next_provider = ${provider}),
    (SELECT min(line.place) FROM generations line WHERE line.status = 'pending' AND line.next_provider = ${provider}),
    1))`;
}
