import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeS3 {
  url: string;
  /** By `bucket/key`. */
  objects: Map<string, { bytes: Buffer; contentType: string | undefined }>;
  /** From now on no request is answered. */
  hang(): void;
  close(): Promise<void>;
}

/** Four calls of S3's REST interface, addressed by path. It looks at the form of a signature, not at the signature. */
export async function startFakeS3(accessKeyId: string): Promise<FakeS3> {
  const objects: FakeS3['objects'] = new Map();
  let isHanging = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isHanging) return;
    const { authorization = '' } = request.headers;
    const isSigned =
      authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/`) &&
      /Signature=[0-9a-f]{64}$/.test(authorization);
    if (!isSigned) return fail(response, 403, 'AccessDenied');
    if (request.headers['x-amz-acl'] !== undefined) return fail(response, 400, 'AccessControlListNotSupported');
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://s3').pathname.slice(1));
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      objects.set(key, { bytes: Buffer.concat(chunks), contentType: request.headers['content-type'] });
      response.end();
    } else if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else {
      const object = objects.get(key);
      if (!object) return fail(response, 404, 'NoSuchKey');
      response.setHeader('content-length', object.bytes.length);
      response.end(request.method === 'HEAD' ? undefined : object.bytes);
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    hang: () => (isHanging = true),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
