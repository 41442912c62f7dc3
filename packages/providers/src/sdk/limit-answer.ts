const newline = 0x0a;

/**
 * The same answer, whose body breaks off with an error where it gets too long. A stream of events has a limit for one line
 * as well: readers of such streams keep a line until it ends, and look through it again with every piece that comes.
 */
export function limitAnswer(
  response: Response,
  limits: { bytes: number; lineBytes?: number },
  error: (why: string) => Error,
): Response {
  if (!response.body) return response;
  let bytes = 0;
  let line = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      const lastBreak = chunk.lastIndexOf(newline);
      line = lastBreak === -1 ? line + chunk.byteLength : chunk.byteLength - lastBreak - 1;
      if (bytes > limits.bytes) controller.error(error(`The answer is longer than ${limits.bytes} bytes.`));
      else if (line > (limits.lineBytes ?? limits.bytes)) {
        controller.error(error(`A line of the answer is longer than ${limits.lineBytes} bytes.`));
      } else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}
