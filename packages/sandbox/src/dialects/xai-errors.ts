import { retryAfter, type UpstreamErrors } from './upstream-errors.ts';

const invalidArgument = 'Client specified an invalid argument';
const noCredit =
  'Your team 00000000-0000-4000-8000-000000000000 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.';

/** xAI says `{code, error}`; a wrong key is 400 and an empty account 403 (github.com/continuedev/continue#10778, Anantys-oss/koan#2412). */
export const xaiErrors: UpstreamErrors = {
  'no-key': () => ({
    status: 401,
    body: {
      code: 'unauthenticated',
      error: 'No API key provided. Specify your key in the Authorization header as Bearer <API key>.',
    },
  }),
  'bad-key': () => ({
    status: 400,
    body: {
      code: invalidArgument,
      error: 'Incorrect API key provided: ba***ey. You can obtain an API key from https://console.x.ai.',
    },
  }),
  'bad-request': ({ message }) => ({ status: 400, body: { code: invalidArgument, error: message } }),
  'too-large': ({ message }) => ({ status: 413, body: { code: invalidArgument, error: message } }),
  '401': () => ({
    status: 401,
    body: { code: 'unauthenticated', error: 'No authorization header or an invalid authorization token was provided.' },
  }),
  // xAI has no 402; the words are those of its 403, in case a proxy changes the status.
  '402': () => ({ status: 402, body: { code: 'permission-denied', error: noCredit } }),
  '403': () => ({
    status: 403,
    body: {
      code: 'permission-denied',
      error:
        'The API key is not allowed to use this endpoint or this team is blocked. Ask your team admin for permission.',
    },
  }),
  '404': ({ model }) => ({
    status: 404,
    body: {
      code: 'Some requested entity was not found',
      error: `The model ${model} does not exist or your team does not have access to it. Please ensure you are using the correct API key.`,
    },
  }),
  '408': () => ({ status: 408, body: { code: 'deadline-exceeded', error: 'The request timed out.' } }),
  '429': (details) => ({
    status: 429,
    headers: { ...retryAfter(details), 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0' },
    body: {
      code: 'resource-exhausted',
      error: `Too many requests for model ${details.model}. Your team has reached its limit of requests per minute.`,
    },
  }),
  '429-daily': (details) => ({
    status: 429,
    headers: retryAfter(details),
    body: {
      code: 'resource-exhausted',
      error: `Too many requests for model ${details.model}. Your team has reached its limit of requests per day.`,
    },
  }),
  credits: () => ({ status: 403, body: { code: 'permission-denied', error: noCredit } }),
  '500': () => ({ status: 500, body: { code: 'internal', error: 'Internal server error.' } }),
  '503': (details) => ({
    status: 503,
    headers: retryAfter(details),
    body: { code: 'unavailable', error: 'The service is currently unavailable. Please try again later.' },
  }),
};
