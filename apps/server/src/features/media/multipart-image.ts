import { uploadMediaFields } from '@octavo/contracts';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/http';
import { tooLarge } from './image/image-pipeline.ts';

/**
 * The one file of a multipart request, and its field `alt`. What the file is called and what type it claims to be is not
 * even looked at.
 * @throws AppError
 */
export async function readMultipartImage(
  request: FastifyRequest,
  maxBytes: number,
): Promise<{ bytes: Buffer; alt: string }> {
  let bytes: Buffer | undefined;
  const fields: Record<string, unknown> = {};
  try {
    for await (const part of request.parts({
      limits: { fileSize: maxBytes, files: 1, fields: 4, fieldSize: 16_384 },
    })) {
      if (part.type === 'field') {
        fields[part.fieldname] = part.value;
        continue;
      }
      bytes = await part.toBuffer();
      if (part.file.truncated) throw tooLarge(maxBytes);
    }
  } catch (error) {
    throw toAppError(error);
  }
  const parsed = uploadMediaFields.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(['body', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not valid');
  }
  if (!bytes) throw invalid('body.file', 'must be given: one image');
  return { bytes, alt: parsed.data.alt };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_FILES_LIMIT') return invalid('body.file', 'must be one image, not several');
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT') return invalid('body', 'has too many fields');
  return invalid('body', 'is not a complete multipart form');
}

function invalid(path: string, message: string): AppError {
  return new AppError('validation_failed', `${path} ${message}`, { fields: [{ path, message }] });
}
