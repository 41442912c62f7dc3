export { createMessenger, type Messenger, type Transports } from './messenger.ts';
export { tryMail } from './smtp.ts';
export { tryWhatsApp } from './whatsapp.ts';
export { createOutbox, type Outbox } from './outbox.ts';
