export type { PasskeyOptions } from './accounts.ts';
export { createAdminClient } from './admin.ts';
export { ApiError } from './api-error.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export { applyEvent, applySnapshot, type LiveText, nothingYet } from './live-text.ts';
export { createMemoryStore, expiresAtMs, type SessionStore } from './session.ts';
export { type OctavoSocket, watchGeneration } from './watch-generation.ts';
