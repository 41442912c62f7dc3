import { type AuditAction, type AuditEntry, type AuditListQuery, type AuditPage, usualLimits } from '@octavo/contracts';
import { currentRequest } from '#platform/http';
import type { Logger } from '#platform/log';
import type { AuditRepository, AuditRow } from './repository.ts';

const maxUserAgentLength = 300;

export interface AuditEvent {
  action: AuditAction;
  /** Who did it; whoever the request's token belongs to when it is left out. */
  actorId?: string | null;
  /** Whose account it was done to; the actor's own when it is left out. */
  subjectId?: string | null;
  /** What else has to be known. Never a secret, a text of a user, or a name: ids, counts and kinds. */
  details?: Record<string, string | number | boolean>;
  /** Several processes notice it: nothing is written when there is an entry with this action and these details. */
  once?: boolean;
}

/**
 * Writes down what was done, with when and from where (time, address, user agent and id of the current request). To be
 * awaited before the answer: what was answered is in the log. It never throws; an entry that cannot be stored goes to the
 * server's log instead, because a full disk must not keep people from signing out.
 */
export type Audit = (event: AuditEvent) => Promise<void>;

export function createAudit(deps: { repository: Pick<AuditRepository, 'insert' | 'insertOnce'>; log: Logger }): Audit {
  return async ({ action, details = {}, once = false, ...people }) => {
    const request = currentRequest();
    const actorId = people.actorId ?? (request?.userId || null);
    const row = {
      action,
      actor_id: actorId,
      subject_id: people.subjectId === undefined ? actorId : people.subjectId,
      ip: request?.ip ?? null,
      user_agent: request?.headers['user-agent']?.slice(0, maxUserAgentLength) ?? null,
      request_id: request?.id ?? null,
      details: JSON.stringify(details),
    };
    try {
      await (once ? deps.repository.insertOnce(row) : deps.repository.insert(row));
    } catch (error) {
      deps.log.error({ err: error, audit: row }, 'an entry of the audit log could not be stored');
    }
  };
}

/** For admins; the route sees to that. */
export async function listAudit(repository: AuditRepository, audit: Audit, query: AuditListQuery): Promise<AuditPage> {
  const { limit = usualLimits.audit } = query;
  const rows = await repository.list(query, limit + 1);
  // Paging through is one reading.
  if (query.cursor === undefined) await audit({ action: 'audit.read' });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const ids = new Set(shown.flatMap((row) => [row.actor_id ?? [], row.subject_id ?? []].flat()));
  const people = ids.size > 0 ? await repository.people([...ids]) : [];
  return {
    entries: shown.map(present),
    people: people.map((person) => ({
      id: person.id,
      name: `${person.first_name} ${person.last_name}`,
      address: person.email ?? person.phone ?? person.pending_email ?? person.pending_phone ?? '',
    })),
    nextCursor: last ? String(last.id) : null,
  };
}

function present(row: AuditRow): AuditEntry {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    action: row.action,
    actorId: row.actor_id,
    subjectId: row.subject_id,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    details: row.details,
  };
}
