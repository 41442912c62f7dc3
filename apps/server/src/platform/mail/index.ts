export type { Message } from './message.ts';
export { createMessenger, type Messenger } from './messenger.ts';
export { createOutbox, type Outbox } from './outbox.ts';
