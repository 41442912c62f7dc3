/** One server-sent event without a name. */
export function sse(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** One server-sent event that is named after its `type`, as the Responses API does. */
export function namedSse(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\n${sse(data)}`;
}

export const done = 'data: [DONE]\n\n';
