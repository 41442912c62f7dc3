export {
  adminRefusal,
  type Authenticate,
  type Caller,
  callerOf,
  createAuthenticate,
  createAuthenticateAdmin,
  createAuthenticatePerson,
  type Identify,
  type WatchCaller,
} from './authenticate.ts';
export { type Client, clientOf } from './client.ts';
export { currentRequest } from './current-request.ts';
export { AppError } from './errors.ts';
export { fileAnswer, succeed } from './reply.ts';
