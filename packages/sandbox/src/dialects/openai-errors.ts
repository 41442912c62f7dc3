import { retryAfter, type UpstreamErrors } from './upstream-errors.ts';

/** `{error: {message, type, param, code}}`, as OpenAI and the servers that imitate it answer. */
export const openaiErrors: UpstreamErrors = {
  'no-key': () => body(401, "You didn't provide an API key.", 'invalid_request_error', null),
  'bad-key': () => body(401, 'Incorrect API key provided: bad-key.', 'invalid_request_error', 'invalid_api_key'),
  'bad-request': ({ message }) => body(400, message, 'invalid_request_error', null),
  'too-large': ({ message }) => body(413, message, 'invalid_request_error', null),
  '401': () => body(401, 'Invalid authentication.', 'invalid_request_error', 'invalid_api_key'),
  '402': () => body(402, 'Payment required.', 'billing_error', 'payment_required'),
  '403': () => body(403, 'You are not allowed to use this model.', 'permission_error', 'forbidden'),
  '404': ({ model }) => body(404, `model "${model}" not found, try pulling it first`, 'not_found_error', null),
  '408': () => body(408, 'Request timed out.', 'timeout_error', null),
  '429': (details) => ({
    ...body(
      429,
      `Rate limit reached for ${details.model} on requests per min (RPM). Please try again later.`,
      'requests',
      'rate_limit_exceeded',
    ),
    headers: retryAfter(details),
  }),
  '429-daily': (details) => ({
    ...body(
      429,
      `Rate limit reached for ${details.model} on requests per day (RPD).`,
      'requests',
      'rate_limit_exceeded',
    ),
    headers: retryAfter(details),
  }),
  credits: () =>
    body(
      429,
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
  '500': () => body(500, 'The server had an error while processing your request.', 'server_error', null),
  '503': (details) => ({ ...body(503, 'Loading model', 'unavailable_error', null), headers: retryAfter(details) }),
};

function body(status: number, message: string, type: string, code: string | null) {
  return { status, body: { error: { message, type, param: null, code } } };
}
