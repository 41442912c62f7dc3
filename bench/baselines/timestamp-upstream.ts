import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** An OpenAI-compatible upstream whose words are the times at which they were sent, 20 a second for 10 s. */
const tokensPerSecond = 20;
const tokens = 200;
export const now = (): number => performance.timeOrigin + performance.now();

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'times', object: 'model' }] }));
    return;
  }
  request.resume();
  request.on('end', () => void write());
  async function write(): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta: object, finishReason: string | null): string =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'times', choices: [{ index: 0, delta, finish_reason: finishReason }] })}\n\n`;
    // Streams that beat in time would not be what 200 real ones are like.
    await sleep(Math.random() * 50);
    const startedAt = performance.now();
    for (let n = 0; n < tokens && !response.destroyed; n += 1) {
      await sleep(Math.max(0, startedAt + (n * 1000) / tokensPerSecond - performance.now()));
      response.write(chunk({ content: `${now().toFixed(2)} ` }, null));
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({
    type: 'ready',
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
  });
});
