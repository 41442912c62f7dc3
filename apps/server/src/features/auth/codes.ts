import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Channel } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { CodesRepository, NewCode } from './codes.repository.ts';

const maxTries = 5;
const sixDigitsLiveMs = 10 * 60_000;
const recoveryLivesMs = 15 * 60_000;
const windowMs = 3_600_000;
const perDestination = 3;

/** Codes of six digits and links, sent to an address to see whether somebody reads it. Only their HMAC is stored. */
export interface Codes {
  /**
   * A new code for an address; it voids the one before.
   * @param userId null for an address that has no account: the same is stored, and the code is for nobody
   * @returns undefined when three were sent there within the hour, or too many to everybody
   */
  issue(code: Pick<NewCode, 'userId' | 'purpose' | 'destination'> & { channel: Channel }): Promise<string | undefined>;
  /** Uses a code of six digits up. @returns whose it was; undefined when it is wrong, old, used, or tried five times */
  use(
    which: { purpose: NewCode['purpose']; destination: string; userId?: string },
    code: string,
  ): Promise<{ userId: string } | undefined>;
  /** Uses a recovery link up. */
  useLink(token: string): Promise<{ userId: string; destination: string } | undefined>;
  deleteOld(): Promise<void>;
}

export function createCodes(deps: {
  repository: CodesRepository;
  key: Buffer;
  /** To everybody within an hour: whoever makes us write to strangers stops here. */
  perHourInAll: number;
}): Codes {
  const { repository } = deps;
  const hash = (...parts: string[]) => createHmac('sha256', deps.key).update(JSON.stringify(parts)).digest();

  return {
    async issue({ userId, purpose, channel, destination }) {
      const isLink = purpose === 'recover' && channel === 'email';
      const code = isLink ? randomBytes(32).toString('base64url') : String(randomInt(1_000_000)).padStart(6, '0');
      const inserted = await repository.insert(
        {
          id: uuidv7(),
          userId,
          purpose,
          channel,
          destination,
          codeHash: isLink ? hash('link', code) : hash(purpose, destination, code),
          lifetimeMs: purpose === 'recover' ? recoveryLivesMs : sixDigitsLiveMs,
        },
        { perDestination, inAll: deps.perHourInAll, windowMs },
      );
      return inserted ? code : undefined;
    },

    async use({ purpose, destination, userId }, code) {
      const stored = await repository.countTry({
        purpose,
        destination,
        maxTries,
        ...(userId !== undefined && { userId }),
      });
      const isRight = timingSafeEqual(hash(purpose, destination, code), stored?.codeHash ?? Buffer.alloc(32));
      if (!stored || !isRight || stored.userId === null) return undefined;
      return (await repository.useUp(stored.id)) ? { userId: stored.userId } : undefined;
    },

    useLink: (token) => repository.useLink(hash('link', token)),
    deleteOld: repository.deleteOld,
  };
}
