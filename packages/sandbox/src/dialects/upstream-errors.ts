import type { HttpFault } from '../directive/faults.ts';

/** An HTTP answer that is an error. */
export interface UpstreamError {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as HTML. */
  body: unknown;
}

export interface ErrorDetails {
  model: string;
  message: string;
  retryAfterS: number | undefined;
}

/** Everything an upstream can refuse; `refused` is undefined where a refusal is an ordinary answer (HTTP 200). */
export type ErrorKind = Exclude<HttpFault, '502-html'> | 'no-key' | 'bad-request' | 'too-large' | 'refused';
export type UpstreamErrors = Record<Exclude<ErrorKind, 'refused'>, (details: ErrorDetails) => UpstreamError> & {
  refused?: (details: ErrorDetails) => UpstreamError;
};

/** `Retry-After`, where the test asked for one. */
export function retryAfter(details: ErrorDetails): Record<string, string> {
  return details.retryAfterS === undefined ? {} : { 'retry-after': String(Math.ceil(details.retryAfterS)) };
}

/** What a proxy in front of any upstream answers when the machine behind it is gone. */
export const badGatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
`;
