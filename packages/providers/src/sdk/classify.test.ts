import { APICallError } from '@ai-sdk/provider';
import type { ProviderName } from '@octavo/contracts';
import { describe, expect, it } from 'vitest';
import { googleErrorRules } from '../google/google-errors.ts';
import { openaiCompatibleErrorRules } from '../openai-compatible/openai-compatible-errors.ts';
import { openrouterErrorRules } from '../openrouter/openrouter-errors.ts';
import type { ProviderErrorCode } from '../provider.ts';
import { xaiErrorRules } from '../xai/xai-errors.ts';
import { callFailed, streamFailed } from './classify.ts';
import type { ErrorRule } from './error-rule.ts';

const rules: Partial<Record<ProviderName, ErrorRule[]>> = {
  xai: xaiErrorRules,
  google: googleErrorRules,
  openrouter: openrouterErrorRules,
  'openai-compatible': openaiCompatibleErrorRules,
};
const upstream = (name: ProviderName) => ({ name, errorRules: rules[name] ?? [] });

function httpError(statusCode: number | undefined, responseBody: string): APICallError {
  return new APICallError({
    message: 'from the upstream',
    url: 'https://upstream.example/v1',
    requestBodyValues: { input: 'a secret wish' },
    ...(statusCode !== undefined && { statusCode }),
    responseBody,
  });
}

/** Words that real upstreams have used; see the comment at each set of rules. */
const cases: Array<[ProviderName, number, string, ProviderErrorCode, boolean]> = [
  [
    'xai',
    400,
    '{"code":"Client specified an invalid argument","error":"Incorrect API key provided: ab***yz."}',
    'provider_auth',
    false,
  ],
  [
    'xai',
    400,
    '{"code":"Client specified an invalid argument","error":"Argument not supported on this model: presencePenalty"}',
    'provider_bad_request',
    false,
  ],
  [
    'xai',
    403,
    '{"code":"permission-denied","error":"Your team 1 has either used all available credits or reached its monthly spending limit."}',
    'provider_credits',
    false,
  ],
  [
    'xai',
    429,
    '{"error":"Your team 1 has either used all available credits or reached its monthly spending limit."}',
    'provider_credits',
    false,
  ],
  [
    'xai',
    403,
    '{"error":"Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}',
    'provider_refused',
    false,
  ],
  [
    'xai',
    404,
    '{"error":"The model x does not exist. Please ensure you are using the correct API key."}',
    'provider_model_not_found',
    false,
  ],
  [
    'google',
    400,
    '{"error":{"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT"}}',
    'provider_auth',
    false,
  ],
  ['google', 403, '{"error":{"message":"Your API key was reported as leaked."}}', 'provider_auth', false],
  [
    'google',
    429,
    '{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}',
    'provider_rate_limited',
    true,
  ],
  [
    'google',
    429,
    '{"message":"Quota exceeded for metric: free_tier_requests, limit: 0, model: gemini-pro"}',
    'provider_quota',
    false,
  ],
  [
    'google',
    400,
    '{"error":{"message":"User location is not supported for the API use."}}',
    'provider_forbidden',
    false,
  ],
  [
    'openrouter',
    402,
    '{"error":{"metadata":{"limit_source":"openrouter_in_flight_budget"}}}',
    'provider_rate_limited',
    true,
  ],
  [
    'openrouter',
    402,
    '{"error":{"message":"This request requires more credits, or fewer max_tokens."}}',
    'provider_credits',
    false,
  ],
  ['openrouter', 403, '{"error":{"message":"Key limit exceeded (total limit)."}}', 'provider_credits', false],
  ['openrouter', 400, '{"error":{"message":"x/y is not a valid model ID"}}', 'provider_model_not_found', false],
  [
    'openai-compatible',
    404,
    '{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}',
    'provider_model_not_found',
    false,
  ],
  [
    'openai-compatible',
    400,
    '{"error":{"message":"model \\"x\\" not found, try pulling it first"}}',
    'provider_model_not_found',
    false,
  ],
  [
    'openai-compatible',
    503,
    '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}',
    'provider_unavailable',
    true,
  ],
  ['openai-compatible', 413, '', 'provider_bad_request', false],
  ['openai-compatible', 529, '', 'provider_unavailable', true],
];

describe('what an HTTP error means', () => {
  it.each(cases)('%s %i %s', (name, status, body, code, isRetryable) => {
    const error = callFailed(upstream(name), httpError(status, body));
    expect(error).toMatchObject({ code, isRetryable, provider: name, statusCode: status });
  });

  it('tells nobody there from a call that cannot be made', () => {
    expect(callFailed(upstream('xai'), httpError(undefined, ''))).toMatchObject({
      code: 'provider_unavailable',
      isRetryable: true,
    });
    const badHeader = new TypeError('Headers.append: "Bearer a secret" is an invalid header value.');
    const error = callFailed(upstream('xai'), badHeader);
    expect(error).toMatchObject({ code: 'provider_bad_request', isRetryable: false });
    expect((error.cause as Error).message).toBe('TypeError');
    expect((error.cause as Error).stack).toContain('classify.test.ts');
    expect((error.cause as Error).stack).not.toContain('secret');
  });
});

describe('what an error chunk means', () => {
  it('is judged by its code before the first word, and is a broken stream afterwards', () => {
    const chunk = { code: 429, message: 'Rate limit exceeded: free-models-per-day' };
    expect(streamFailed(upstream('openrouter'), chunk, false)).toMatchObject({
      code: 'provider_quota',
      isRetryable: false,
    });
    expect(streamFailed(upstream('openrouter'), chunk, true)).toMatchObject({
      code: 'provider_stream_cut',
      isRetryable: true,
    });
    const spent = { message: 'You are out', code: 'insufficient_quota', statusCode: 429, isRetryable: false };
    expect(streamFailed(upstream('xai'), spent, false)).toMatchObject({ code: 'provider_credits', isRetryable: false });
  });

  it.each([undefined, null, 'broken', 17, {}])('survives %j', (chunk) => {
    expect(streamFailed(upstream('xai'), chunk, false)).toMatchObject({
      code: 'provider_stream_cut',
      isRetryable: true,
    });
  });
});
