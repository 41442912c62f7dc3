import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundledModel } from './read-story.ts';

/** Stands in for the Hugging Face hub: one model (the bundled one) under `octavo/tiny`, in the hub's URL layout. */
export async function startFakeHub(options: { renamed?: Record<string, string>; folder?: string } = {}) {
  const { folder = bundledModel } = options;
  const requests: string[] = [];
  /** Breaks the connection off after half of this file; cleared to let it through. */
  const fault: { cutFile?: string | undefined } = {};
  const server = createServer((request, response) => {
    const file = /^\/octavo\/tiny\/resolve\/main\/([\w./]+)$/.exec(request.url ?? '')?.[1];
    const bytes =
      file === undefined ? undefined : read(folder, options.renamed?.[file] ?? (isRenamedAway(file) ? '' : file));
    requests.push(file ?? request.url ?? '');
    if (!bytes) {
      response.writeHead(request.url?.startsWith('/octavo/tiny/') ? 404 : 401).end();
    } else if (request.headers.range === 'bytes=0-0') {
      response
        .writeHead(206, { 'content-range': `bytes 0-0/${bytes.length}`, 'content-length': 1 })
        .end(bytes.subarray(0, 1));
    } else if (file === fault.cutFile) {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    } else {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isRenamedAway = (file: string) => Object.values(options.renamed ?? {}).includes(file);
  return {
    remoteHost: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    fault,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read(folder: string, file: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}
