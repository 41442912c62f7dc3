import { AccessTokenError, type AccessTokens } from '#platform/crypto';
import type { Caller, Identify, WatchCaller } from '#platform/http';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import { hashApiKey, looksLikeApiKey } from './api-key.ts';
import type { AccessRepository, Standing } from './repository.ts';

/**
 * Who a token or a key stands for, asked for every request. What the database says of it is kept for four seconds, and
 * dropped at once when the bus says that something has changed: whoever is suspended, deleted or logged out is refused
 * within five seconds even where the bus has lost its message.
 */
export interface Access {
  identify: Identify;
  watch: WatchCaller;
  /** Call it after every change of a user's role, state, sessions or keys. */
  changed(userId: string): void;
  close(): void;
}

const trustMs = 4000;
const cacheLimit = 10_000;
const dayMs = 86_400_000;

interface Kept {
  standing: Promise<Standing | undefined>;
  readAtMs: number;
  /** Undefined until it is known, and for what is nobody's. */
  userId: string | undefined;
}

interface Watched {
  caller: Caller;
  onEnd: () => void;
}

export function createAccess(deps: {
  repository: Pick<AccessRepository, 'findSessions' | 'findKey' | 'findKeys' | 'noteKeyUse'>;
  accessTokens: AccessTokens;
  bus: EventBus;
  log: Logger;
  now?: () => number;
}): Access {
  const { repository, bus, log } = deps;
  const now = deps.now ?? Date.now;
  const kept = new Map<string, Kept>();
  const keyUses = new Map<string, number>();
  const watched = new Set<Watched>();

  /** One question for requests that come at the same time. */
  function ask(key: string, read: () => Promise<Standing | undefined>): Promise<Standing | undefined> {
    const known = kept.get(key);
    if (known && now() - known.readAtMs < trustMs) return known.standing;
    if (kept.size >= cacheLimit) kept.delete(kept.keys().next().value ?? '');
    const entry: Kept = { standing: read(), readAtMs: now(), userId: undefined };
    kept.delete(key);
    kept.set(key, entry);
    entry.standing.then(
      (standing) => (entry.userId = standing?.userId),
      () => {
        if (kept.get(key) === entry) kept.delete(key);
      },
    );
    return entry.standing;
  }

  async function check(those: Watched[]): Promise<void> {
    if (those.length === 0) return;
    const idOf = ({ caller: { by } }: Watched) => (by.kind === 'session' ? by.sessionId : by.keyId);
    const ids = (kind: Caller['by']['kind']) => [
      ...new Set(those.filter(({ caller }) => caller.by.kind === kind).map(idOf)),
    ];
    const [sessionIds, keyIds] = [ids('session'), ids('key')];
    try {
      const good = await Promise.all([
        sessionIds.length > 0 ? repository.findSessions(sessionIds) : [],
        keyIds.length > 0 ? repository.findKeys(keyIds) : [],
      ]);
      const goodIds = new Set(good.flat().map(({ id }) => id));
      for (const each of those) {
        if (goodIds.has(idOf(each)) || !watched.delete(each)) continue;
        each.onEnd();
      }
    } catch (error) {
      // Nobody can be asked now; the next look is soon.
      log.warn({ err: error instanceof Error ? error.message : error }, 'sessions not checked');
    }
  }

  function changedHere(userId: string): void {
    for (const [key, entry] of kept) {
      // An answer still under way may be from before the change.
      if (entry.userId === undefined || entry.userId === userId) kept.delete(key);
    }
    void check([...watched].filter(({ caller }) => caller.userId === userId));
  }

  const leave = bus.subscribe((message) => {
    if (message.topic === 'access') changedHere(message.userId);
  });
  const leaveGap = bus.onGap(() => {
    kept.clear();
    void check([...watched]);
  });
  const timer = setInterval(() => void check([...watched]), trustMs);
  timer.unref();

  return {
    async identify(token) {
      if (looksLikeApiKey(token)) {
        const hash = hashApiKey(token);
        const standing = await ask(`key ${hash.toString('base64')}`, () => repository.findKey(hash));
        if (standing?.kind !== 'key') throw new AccessTokenError('invalid');
        const expiresAtMs = Math.min(standing.expiresAt?.getTime() ?? Infinity, now() + dayMs);
        if (expiresAtMs <= now()) throw new AccessTokenError('invalid');
        noteUse(standing.id);
        const by = { kind: 'key', keyId: standing.id, scopes: standing.scopes } as const;
        return { userId: standing.userId, role: standing.role, by, expiresAtMs };
      }
      const { userId, sessionId, expiresAtMs } = await deps.accessTokens.verify(token);
      const standing = await ask(`session ${sessionId}`, async () => (await repository.findSessions([sessionId]))[0]);
      if (standing?.kind !== 'session' || standing.userId !== userId) throw new AccessTokenError('invalid');
      const by = { kind: 'session', sessionId, secondFactor: standing.secondFactor } as const;
      return { userId, role: standing.role, by, expiresAtMs };
    },

    watch(caller, onEnd) {
      const each = { caller, onEnd };
      watched.add(each);
      return () => void watched.delete(each);
    },

    changed(userId) {
      changedHere(userId);
      bus.publish({ topic: 'access', userId });
    },

    close() {
      leave();
      leaveGap();
      clearInterval(timer);
    },
  };

  function noteUse(keyId: string): void {
    // The cache asks every four seconds; the row is written at most once a minute.
    if (now() - (keyUses.get(keyId) ?? 0) < 60_000) return;
    if (keyUses.size >= cacheLimit) keyUses.clear();
    keyUses.set(keyId, now());
    repository
      .noteKeyUse(keyId)
      .catch((error: unknown) =>
        log.warn({ err: error instanceof Error ? error.message : error }, 'key use not noted'),
      );
  }
}
