import type { ErrorDetails, UpstreamErrors } from './upstream-errors.ts';

const type = (name: string) => `type.googleapis.com/google.rpc.${name}`;
const quotaMessage =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.';

/** `{error: {code, message, status, details}}`; how long to wait is only in `RetryInfo` (google-gemini/gemini-cli#8437). */
export const geminiErrors: UpstreamErrors = {
  'no-key': () =>
    body(
      403,
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      'PERMISSION_DENIED',
    ),
  'bad-key': () =>
    body(400, 'API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT', [
      {
        '@type': type('ErrorInfo'),
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ]),
  'bad-request': ({ message }) => body(400, message, 'INVALID_ARGUMENT'),
  'too-large': ({ message }) => body(413, message, 'INVALID_ARGUMENT'),
  '401': () =>
    body(
      401,
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      'UNAUTHENTICATED',
    ),
  '402': () => body(402, 'Billing is not enabled for this project.', 'FAILED_PRECONDITION'),
  '403': () => body(403, 'The caller does not have permission', 'PERMISSION_DENIED'),
  '404': ({ model }) =>
    body(
      404,
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      'NOT_FOUND',
    ),
  '408': () => body(408, 'The request timed out.', 'DEADLINE_EXCEEDED'),
  '429': (details) => body(429, quotaMessage, 'RESOURCE_EXHAUSTED', quota(details, 'PerMinute')),
  '429-daily': (details) => body(429, quotaMessage, 'RESOURCE_EXHAUSTED', quota(details, 'PerDay')),
  credits: () =>
    body(
      429,
      'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
      'RESOURCE_EXHAUSTED',
    ),
  '500': () =>
    body(
      500,
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
      'INTERNAL',
    ),
  '503': () => body(503, 'The model is overloaded. Please try again later.', 'UNAVAILABLE'),
};

function body(code: number, message: string, status: string, details?: unknown[]) {
  return { status: code, body: { error: { code, message, status, ...(details && { details }) } } };
}

function quota({ model, retryAfterS }: ErrorDetails, window: 'PerMinute' | 'PerDay'): unknown[] {
  return [
    {
      '@type': type('Help'),
      links: [
        { description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/gemini-api/docs/rate-limits' },
      ],
    },
    {
      '@type': type('QuotaFailure'),
      violations: [
        {
          quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
          quotaId: `GenerateRequests${window}PerProjectPerModel-FreeTier`,
          quotaDimensions: { location: 'global', model },
          quotaValue: window === 'PerDay' ? '250' : '10',
        },
      ],
    },
    { '@type': type('RetryInfo'), retryDelay: `${retryAfterS ?? 2}s` },
  ];
}
