import type { MediaView, Problem, Success } from '@octavo/contracts';
import type { TestServer, TestUser } from '../../../testing/server.ts';

/** Uploads as a browser does. */
export async function sendFile(
  server: TestServer,
  user: TestUser,
  bytes: Uint8Array,
  { name = 'a.png', type = 'image/png', alt }: { name?: string; type?: string; alt?: string } = {},
): Promise<{ status: number; body: Success<MediaView> & Problem }> {
  const form = new FormData();
  if (alt !== undefined) form.append('alt', alt);
  form.append('file', new Blob([new Uint8Array(bytes)], { type }), name);
  const response = await fetch(`${server.url}/api/media`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${user.session.access_token}` },
  });
  return { status: response.status, body: (await response.json()) as Success<MediaView> & Problem };
}
