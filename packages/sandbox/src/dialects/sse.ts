/** One server-sent event without a name. */
export function sse(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** One server-sent event that is named after its `type`, as the Responses API does. */
export function namedSse(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\n${sse(data)}`;
}

export const done = 'data: [DONE]\n\n';

const hole = '\u0001';

/**
 * An event that is sent once a token, with everything but the token written out beforehand: most of the work of a
 * fast stream is this JSON. `make` gets a placeholder and puts it where the token belongs.
 */
export function tokenEvent(make: (placeholder: string) => string): (token: string) => string {
  const [before = '', after = ''] = make(hole).split(JSON.stringify(hole));
  return (token) => `${before}${JSON.stringify(token)}${after}`;
}
