import { parseArgs } from 'node:util';
import { startSandbox } from './server/start-sandbox.ts';

/** The sandbox as a program: `node packages/sandbox/src/main.ts --port 4010 --tokens-per-second 40`. */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4010' },
    'tokens-per-second': { type: 'string', default: '40' },
  },
});

const sandbox = await startSandbox({
  host: values.host,
  port: Number(values.port),
  tokensPerSecond: Number(values['tokens-per-second']),
});
console.log(`The sandbox is listening at ${sandbox.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void sandbox.close().then(() => process.exit(0)));
