import type { ServerResponse } from 'node:http';
import type { UpstreamError } from '../dialects/upstream-errors.ts';

/** Sends an error as its upstream would: an object as JSON, a string as the page of some proxy. */
export function sendError(response: ServerResponse, { status, headers = {}, body }: UpstreamError): void {
  const isPage = typeof body === 'string';
  const text = isPage ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
