import type { Audit } from '#features/audit';
import type { KeyRing } from '#platform/crypto';

const lookEveryMs = 2000;

/**
 * Writes down every new signing key. Keys are changed in the data folder, by a command that needs neither a database
 * nor a running server, so the server says what it finds there, also after it was away.
 */
export function startNotingRotations({ keys, audit }: { keys: KeyRing; audit: Audit }): { close(): void } {
  const noted = new Set<string>();

  async function look(): Promise<void> {
    for (const { kid, signsFromMs } of keys.all()) {
      // The first key of all was there from the start.
      if (signsFromMs === 0 || noted.has(kid)) continue;
      noted.add(kid);
      await audit({
        action: 'keys.rotated',
        actorId: null,
        subjectId: null,
        details: { kind: 'signing', keyId: kid },
        once: true,
      });
    }
  }

  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  void look();
  return { close: () => clearInterval(timer) };
}
