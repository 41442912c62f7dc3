export { createMessenger, type Messenger } from './messenger.ts';
export { createOutbox, type Outbox } from './outbox.ts';
