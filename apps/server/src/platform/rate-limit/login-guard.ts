import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../http/index.ts';
import type { SharedCounters } from './shared-counter.ts';
import type { Budget, Spent } from './window-counter.ts';

const triesPerAccount = { name: 'login', limit: 10, windowSeconds: 900 };
const triesPerNetwork = { name: 'login-network', limit: 100, windowSeconds: 900 };
/** How long a network that somebody signed in from stays known for that account. */
const knownFor = { name: 'login-known', limit: 1, windowSeconds: 30 * 86_400 };
/** Wrong passwords that cost no time: people mistype. */
const free = { account: 3, network: 20 };
const maxWaiting = 500;

/** One try to sign in that may go on. */
export interface LoginTry {
  budget: Budget;
  spent: Spent;
  /**
   * The password was right: this try and the wrong ones before it are forgotten, and the network is known from now on.
   * Of somebody who only claims the address nothing is: anybody may claim one, and has guessed at its owner's password, too.
   */
  succeeded(holdsAddress: boolean): Promise<void>;
}

/**
 * Slows guessing down without locking anybody out. At most ten passwords are looked at for one account in 15 minutes,
 * whatever addresses they come from, and each wrong one after the third waits twice as long as the one before. A network
 * that the account was used from before has a count of its own: strangers who guess cannot keep its owner out.
 */
export function createLoginGuard(options: {
  counters: SharedCounters;
  scale: number;
  delayMs: number;
  /** Called once a window for an account or a network that has used up its tries. */
  onUsedUp: () => Promise<void>;
}) {
  const { counters, scale, delayMs } = options;
  const scaled = (budget: Budget): Budget => ({ ...budget, limit: Math.ceil(budget.limit * scale) });
  const accountBudget = scaled(triesPerAccount);
  const networkBudget = scaled(triesPerNetwork);
  const strangers = counters.open(accountBudget);
  const own = counters.open({ ...accountBudget, name: 'login-own' });
  const networks = counters.open(networkBudget);
  const known = counters.open(knownFor);
  let waiting = 0;

  const waitOf = (used: number, freeTries: number): number =>
    used <= freeTries * scale ? 0 : delayMs * Math.min(16, 2 ** (used - Math.floor(freeTries * scale) - 1));

  return {
    /** The account was made from this network: its owner is no stranger there. */
    welcome: (account: string, network: string): Promise<void> => known.mark(`${account} ${network}`),
    /**
     * To be asked before a password is looked at. `account` is a hash: names are not kept.
     * @throws AppError too_many_requests
     */
    async admit(account: string, network: string): Promise<LoginTry> {
      const here = `${account} ${network}`;
      // Side by side, so that it costs one round trip.
      const [isKnown, byOwn, byStrangers, byNetwork] = await Promise.all([
        known.isMarked(here),
        own.add(here),
        strangers.add(account),
        networks.add(network),
      ]);
      const byAccount = isKnown ? byOwn : byStrangers;
      const retryMs = Math.max(
        byAccount.used > accountBudget.limit ? byAccount.resetMs : 0,
        byNetwork.used > networkBudget.limit ? byNetwork.resetMs : 0,
      );
      if (byAccount.used === accountBudget.limit + 1 || byNetwork.used === networkBudget.limit + 1) {
        await options.onUsedUp();
      }
      const waitMs = Math.max(waitOf(byAccount.used, free.account), waitOf(byNetwork.used, free.network));
      if (retryMs > 0 || (waitMs > 0 && waiting >= maxWaiting)) {
        throw new AppError('too_many_requests', 'Too many tries to sign in. Wait before the next one.', {
          retryAfterSeconds: Math.max(1, Math.ceil(retryMs / 1000)),
        });
      }
      if (waitMs > 0) {
        waiting += 1;
        await sleep(waitMs, undefined, { ref: false }).finally(() => (waiting -= 1));
      }
      return {
        budget: accountBudget,
        spent: byAccount,
        async succeeded(holdsAddress) {
          if (!holdsAddress) {
            await networks.giveBack(network);
            return;
          }
          await Promise.all([
            known.mark(here),
            own.clear(here),
            isKnown ? strangers.giveBack(account) : strangers.clear(account),
            networks.giveBack(network),
          ]);
        },
      };
    },
  };
}
