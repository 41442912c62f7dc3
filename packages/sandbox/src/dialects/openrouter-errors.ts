import { retryAfter, type UpstreamErrors } from './upstream-errors.ts';

const userId = 'user_octavo_sandbox';

/** `{error: {code, message, metadata}, user_id}`; the code is the HTTP status (openrouter.ai/docs/api/reference/errors-and-debugging). */
export const openrouterErrors: UpstreamErrors = {
  'no-key': () => body(401, 'No auth credentials found'),
  'bad-key': () => body(401, 'User not found.'),
  'bad-request': ({ message }) => body(400, message),
  'too-large': ({ message }) => body(413, message),
  '401': () => body(401, 'No auth credentials found'),
  '402': () => body(402, 'Insufficient credits', { limit_source: 'openrouter_credits' }),
  '403': () => body(403, 'This API key is not allowed to use this model.'),
  '404': ({ model }) => body(404, `No endpoints found for ${model}.`),
  '408': () => body(408, 'Your request timed out'),
  '429': (details) => ({
    ...body(429, 'Rate limit exceeded: free-models-per-min.', rateMetadata(60)),
    headers: { ...retryAfter(details), ...rateHeaders(60) },
  }),
  '429-daily': (details) => ({
    ...body(
      429,
      'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
      rateMetadata(86_400),
    ),
    headers: { ...retryAfter(details), ...rateHeaders(86_400) },
  }),
  credits: () =>
    body(402, 'Insufficient credits. Add more using https://openrouter.ai/settings/credits', {
      limit_source: 'openrouter_credits',
    }),
  '500': () => body(500, 'Internal Server Error'),
  '503': (details) => ({
    ...body(503, 'There is no available model provider that meets your routing requirements'),
    headers: retryAfter(details),
  }),
  refused: ({ model }) =>
    body(403, 'Your chosen model requires moderation and your input was flagged', {
      reasons: ['violence'],
      flagged_input: 'sandbox',
      provider_name: 'Octavo sandbox',
      model_slug: model,
    }),
};

function body(code: number, message: string, metadata: Record<string, unknown> = {}) {
  return { status: code, body: { error: { code, message, metadata }, user_id: userId } };
}

function rateHeaders(windowS: number): Record<string, string> {
  const resetMs = Math.ceil(Date.now() / 1000 / windowS) * windowS * 1000;
  return {
    'x-ratelimit-limit': windowS > 60 ? '50' : '20',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(resetMs),
  };
}

function rateMetadata(windowS: number): Record<string, unknown> {
  return { headers: rateHeaders(windowS) };
}
