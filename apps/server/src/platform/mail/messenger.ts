import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, MailSettings, WhatsAppSettings } from '@octavo/contracts';
import type { Logger } from '#platform/log';
import { DeliveryError, type Message } from './message.ts';
import type { Outbox } from './outbox.ts';
import { sendMail } from './smtp.ts';
import { sendWhatsApp } from './whatsapp.ts';

/** Each is opened by itself: where one cannot be, the other still sends. */
export interface Transports {
  mail(): Promise<MailSettings | undefined>;
  whatsapp(): Promise<(WhatsAppSettings & { baseUrl: string }) | undefined>;
  /** Which are set up, whether or not they can be opened. */
  sends(): Promise<{ email: boolean; whatsapp: boolean }>;
}

export interface Messenger {
  /**
   * Never throws and never waits: neither an answer nor the one after it must tell by its time whether somebody was
   * written to. So the work begins a moment later, and dice throw which. To one address one after the other, as they
   * came.
   */
  send(message: Message): void;
  /** Waits for what is under way; what waits for another try is given up. */
  close(): Promise<void>;
}

const pausesMs = [1000, 5000];
const longestMomentMs = 1000;
/** More would only say that something is wrong; what comes beyond is dropped, and the log says so. */
const maxUnderWay = 200;

/** Sends by mail and WhatsApp, three tries each; without a transport a message goes to the outbox. */
export function createMessenger(deps: { transports: Transports; outbox: Outbox; log: Logger }): Messenger {
  const { log } = deps;
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const lastTo = new Map<string, Promise<void>>();
  const toldAbout = new Set<Channel>();

  async function deliver(message: Message, before: Promise<void> | undefined): Promise<void> {
    // A server that closes sends at once.
    await sleep(randomInt(longestMomentMs), undefined, { signal: closing.signal }).catch(() => {});
    await before;
    if (message.channel === 'email') {
      const mail = await deps.transports.mail();
      if (mail) return retry(() => sendMail(mail, message));
    } else {
      const whatsapp = await deps.transports.whatsapp();
      if (whatsapp) return retry(() => sendWhatsApp(whatsapp, message));
    }
    if (!toldAbout.has(message.channel)) {
      toldAbout.add(message.channel);
      log.warn({ channel: message.channel }, 'not set up: messages are kept for the admin, GET /api/admin/outbox');
    }
    return deps.outbox.add(message);
  }

  async function retry(attempt: () => Promise<void>): Promise<void> {
    for (const pauseMs of pausesMs) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof DeliveryError && error.isFinal) throw error;
        await sleep(pauseMs, undefined, { signal: closing.signal });
      }
    }
    return attempt();
  }

  return {
    send(message) {
      if (underWay.size >= maxUnderWay) {
        log.error({ channel: message.channel }, 'message dropped: too many are under way');
        return;
      }
      const delivery: Promise<void> = deliver(message, lastTo.get(message.to))
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          log.error({ channel: message.channel, reason }, 'message not delivered');
        })
        .finally(() => {
          underWay.delete(delivery);
          if (lastTo.get(message.to) === delivery) lastTo.delete(message.to);
        });
      underWay.add(delivery);
      lastTo.set(message.to, delivery);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(underWay);
    },
  };
}
