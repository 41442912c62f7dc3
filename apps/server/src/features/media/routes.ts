import { Readable } from 'node:stream';
import {
  idParams,
  type MediaBytes,
  mediaBytes,
  mediaBytesQuery,
  mediaListQuery,
  mediaPage,
  mediaTypes,
  mediaVariants,
  mediaView,
  success,
  updateMediaBody,
  uploadMediaBody,
  uploadMediaFields,
} from '@octavo/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, type Authenticate, fileAnswer, succeed } from '#platform/http';
import type { App } from '#platform/web';
import { readMultipartImage } from './multipart-image.ts';
import type { MediaService } from './service.ts';
import { createUploadLimit } from './upload-limit.ts';

export interface MediaRoutesDeps {
  media: MediaService;
  authenticate: Authenticate;
  uploadMaxBytes: number;
}

export async function mediaRoutes(app: App, deps: MediaRoutesDeps): Promise<void> {
  const { media, authenticate: onRequest } = deps;
  const common = { tags: ['Media'], security: [{ bearer: [] }] };
  const one = (description: string) => ({ 200: success(mediaView, description) });
  const missing = ['not_found'] as const;

  app.get(
    '/api/media',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List images',
        description: 'Your images, uploaded and generated, newest first.',
        querystring: mediaListQuery,
        response: { 200: success(mediaPage, 'Some images, and how to get the next.') },
      },
    },
    async (request) => succeed(await media.list(request.userId, request.query), 'Images retrieved successfully'),
  );

  app.get(
    '/api/media/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read what is known of an image',
        description:
          'Its size, its description and where its bytes are: addresses that work without a token for a while.',
        params: idParams,
        response: one('The image.'),
        errors: missing,
      },
    },
    async (request) => succeed(await media.get(request.userId, request.params.id), 'Image retrieved successfully'),
  );

  app.get(
    '/api/media/:id/base64',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read an image as base64',
        description: 'The bytes of an image inside of JSON, for programs that cannot fetch its addresses.',
        params: idParams,
        querystring: mediaBytesQuery,
        response: { 200: success(mediaBytes, 'The image.') },
        errors: missing,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { variant } = request.query;
      const file = await media.find(id, variant, { userId: request.userId });
      if (!file) throw new AppError('not_found', 'There is no such image.');
      const fields = { id, variant, mediaType: file.mediaType };
      return (
        reply
          .type('application/json; charset=utf-8')
          // The answer as it is promised, but not held as a whole.
          .send(base64Answer(fields, await file.open()) as never)
      );
    },
  );

  app.patch(
    '/api/media/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Describe an image',
        description: 'Sets the text for people who cannot see it.',
        params: idParams,
        body: updateMediaBody,
        response: one('The image with its new description.'),
        errors: missing,
      },
    },
    async (request) =>
      succeed(
        await media.setAlt(request.userId, request.params.id, request.body.alt),
        'Image description changed successfully',
      ),
  );

  app.delete(
    '/api/media/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete an image',
        description: 'For good. An image that some content uses stays.',
        params: idParams,
        response: { 200: success(z.null(), 'It is gone.') },
        errors: ['not_found', 'image_in_use'],
      },
    },
    async (request) => {
      await media.delete(request.userId, request.params.id);
      return succeed(null, 'Image deleted successfully');
    },
  );

  await app.register(async (scope) => uploadRoute(scope.withTypeProvider<ZodTypeProvider>(), deps));
  fileRoute(app, deps);
}

const uploadExample = { url: 'https://www.example.org/tea.jpg', alt: 'A cup of tea on a window sill' };

/** What may be wrong with an image that is sent. */
const uploadErrors = [
  'image_empty',
  'image_too_large',
  'image_type_unsupported',
  'image_damaged',
  'image_too_many_pixels',
  'payload_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'url_refused',
  'url_failed',
  'unavailable',
] as const;

/** In a scope of its own, so that no other route takes multipart. */
async function uploadRoute(
  scope: Pick<App, 'post' | 'register'>,
  { media, authenticate, uploadMaxBytes }: MediaRoutesDeps,
): Promise<void> {
  await scope.register(import('@fastify/multipart'), { throwFileSizeLimit: false });
  scope.post(
    '/api/media',
    {
      onRequest: [authenticate, createUploadLimit({ perUser: 6, total: 12 })],
      // Base64 takes four characters for three bytes; the rest is room for the other fields.
      bodyLimit: Math.ceil(uploadMaxBytes / 3) * 4 + 65_536,
      schema: {
        tags: ['Media'],
        security: [{ bearer: [] }],
        summary: 'Upload an image',
        description: 'Either as JSON, or as multipart/form-data with one file and, if wanted, a field `alt`.',
        body: uploadMediaBody.nullable().meta({ examples: [uploadExample] }),
        shown: { bodies: { 'multipart/form-data': uploadMediaFields.extend({ file: z.file() }) } },
        response: { 201: success(mediaView, 'The stored image.') },
        errors: uploadErrors,
      },
    },
    async (request, reply) => {
      const { image, alt } = await readUpload(request, uploadMaxBytes);
      const view = await media.upload(request.userId, image, alt);
      return reply.code(201).send(succeed(view, 'Image uploaded successfully', 201));
    },
  );
}

async function readUpload(request: FastifyRequest, maxBytes: number) {
  if (request.isMultipart()) {
    const { bytes, alt } = await readMultipartImage(request, maxBytes);
    return { image: { bytes }, alt };
  }
  // Parsed already; only the library's types have lost it.
  const body = request.body as z.infer<typeof uploadMediaBody> | null;
  if (body?.url !== undefined) return { image: { url: body.url }, alt: body.alt };
  if (body?.base64 !== undefined) return { image: { base64: body.base64 }, alt: body.alt };
  throw new AppError('validation_failed', 'The body is empty. Send an image.');
}

const fileParams = z.object({ id: z.uuid(), variant: z.enum(mediaVariants) });
const fileQuery = z.object({
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  signature: z.string().max(100),
});

const imageAnswer = fileAnswer('The image.', ...mediaTypes);

/** The bytes of an image, for `<img src>`. Whatever is wrong with the request, the answer is the same 404. */
function fileRoute(app: App, { media, authenticate }: MediaRoutesDeps): void {
  app.get(
    '/media/:id/:variant',
    {
      schema: {
        tags: ['Media'],
        summary: 'The bytes of an image',
        description:
          'With `expires` and `signature` as in the `urls` of an image, or with the access token of its owner, or an API key with the scope `read`. 304 with a matching `If-None-Match`.',
        shown: { params: fileParams, querystring: fileQuery.partial(), response: imageAnswer },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      const params = fileParams.safeParse(request.params);
      const by = await whoAsks(request, authenticate);
      const file = params.success && by ? await media.find(params.data.id, params.data.variant, by) : undefined;
      if (!params.success || !file)
        throw new AppError('not_found', 'There is no such image, or its address has expired.');
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).header('etag', file.etag).send();
      return sendFile(reply, file, await file.open(), `${params.data.id}.${params.data.variant}`);
    },
  );
}

async function whoAsks(request: FastifyRequest, authenticate: Authenticate) {
  if (request.headers.authorization === undefined) {
    const signed = fileQuery.safeParse(request.query);
    return signed.success ? signed.data : undefined;
  }
  try {
    await authenticate(request);
    return { userId: request.userId };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function sendFile(
  reply: FastifyReply,
  { mediaType, etag }: { mediaType: string; etag: string },
  stream: Readable,
  name: string,
): FastifyReply {
  const extension = mediaType === 'image/jpeg' ? 'jpg' : mediaType.slice('image/'.length);
  return reply
    .header('content-type', mediaType)
    .header('content-disposition', `inline; filename="${name}.${extension}"`)
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=86400, immutable')
    .header('etag', etag)
    .send(stream);
}

/**
 * The answer that holds an image as base64, made while the image is read: whoever takes it slowly does not make the
 * server hold an image and, a third longer, its letters.
 */
function base64Answer(fields: Omit<MediaBytes, 'base64'>, image: Readable): Readable {
  const answer = succeed<MediaBytes>({ ...fields, base64: '' }, 'Image retrieved successfully');
  const [before = '', after = ''] = JSON.stringify(answer).split('"base64":""');
  async function* parts() {
    yield `${before}"base64":"`;
    // Three bytes make four letters: what is over waits for the next part, or there would be padding in between.
    let rest = Buffer.alloc(0);
    for await (const part of image) {
      const bytes = Buffer.concat([rest, part as Buffer]);
      const whole = bytes.length - (bytes.length % 3);
      rest = bytes.subarray(whole);
      if (whole > 0) yield bytes.toString('base64', 0, whole);
    }
    yield `${rest.toString('base64')}"${after}`;
  }
  return Readable.from(parts(), { objectMode: false });
}
