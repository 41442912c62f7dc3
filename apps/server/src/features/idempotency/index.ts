export { createIdempotencyKeys, type Idempotency, type IdempotencyKeys, idempotencyOf } from './idempotency-keys.ts';
export { sayReplayed, takesIdempotencyKey } from './takes-idempotency-key.ts';
