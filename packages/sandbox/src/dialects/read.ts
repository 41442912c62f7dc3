import { z } from 'zod';
import { InvalidCall } from './invalid-call.ts';

const imageUrl = z.union([z.string(), z.looseObject({ url: z.string() })]);

/** A message's content: a plain string, or parts of which the texts and the images are read. */
const content = z.union([
  z.string(),
  z.array(z.looseObject({ text: z.string().optional(), image_url: imageUrl.optional() })),
  z.null(),
]);

export const messages = z.array(z.looseObject({ role: z.string(), content: content.optional() })).min(1);

/** The bytes of a data URI. @throws InvalidCall for any other address: the sandbox calls nobody */
export function readDataUri(url: string): Uint8Array {
  const [, data] = /^data:[\w./+-]+;base64,(.*)$/s.exec(url) ?? [];
  if (data === undefined) throw new InvalidCall('The sandbox takes images as data URIs in base64 only.');
  return Buffer.from(data, 'base64');
}

/** The instructions, and the last words of the user with their images. @throws InvalidCall when the user said nothing */
export function readMessages(
  list: ReadonlyArray<{ role?: string | undefined; content?: z.infer<typeof content> | undefined }>,
): { system: string; prompt: string; pictures: Uint8Array[] } {
  const textOf = (value: z.infer<typeof content> | undefined): string =>
    typeof value === 'string' ? value : (value ?? []).map(({ text = '' }) => text).join('');
  const user = list.findLast(({ role }) => role === 'user');
  if (!user) throw new InvalidCall('messages must hold a message of the user');
  const system = list
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map((message) => textOf(message.content));
  const parts = Array.isArray(user.content) ? user.content : [];
  const pictures = parts.flatMap(({ image_url: image }) =>
    image === undefined ? [] : [readDataUri(typeof image === 'string' ? image : image.url)],
  );
  return { system: system.join('\n'), prompt: textOf(user.content), pictures };
}

/** The Responses API also takes a bare string, and items that are no messages (calls of tools, thoughts). */
export const inputItems = z.union([
  z.string(),
  z.array(z.looseObject({ role: z.string().optional(), content: content.optional() })).min(1),
]);

/** @throws InvalidCall naming the first thing that is wrong */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidCall(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`);
}

export const tokenLimit = z.int().positive().nullish();
