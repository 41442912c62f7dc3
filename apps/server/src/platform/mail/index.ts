export { createMessenger, type Messenger, type Transports } from './messenger.ts';
export { createOutbox, type Outbox } from './outbox.ts';
