import { parseArgs } from 'node:util';
import { startSandbox } from './server/start-sandbox.ts';

/** The sandbox as a program: `node packages/sandbox/src/main.ts --port 4010 --tokens-per-second 40`. */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4010' },
    'tokens-per-second': { type: 'string', default: '40' },
    'first-token-delay-ms': { type: 'string', default: '0' },
  },
});

const sandbox = await startSandbox({
  host: values.host,
  port: number('port', values.port),
  tokensPerSecond: number('tokens-per-second', values['tokens-per-second']),
  firstTokenDelayMs: number('first-token-delay-ms', values['first-token-delay-ms']),
});
console.log(`The sandbox is listening at ${sandbox.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void sandbox.close().then(() => process.exit(0)));

function number(name: string, value: string): number {
  const read = Number(value);
  if (value.trim() !== '' && read >= 0) return read;
  console.error(`--${name} takes a number of 0 or more, not "${value}"`);
  process.exit(2);
}
