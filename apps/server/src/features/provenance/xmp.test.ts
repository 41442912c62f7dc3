import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { buildXmp } from './xmp.ts';

const made = {
  provider: 'xai',
  model: 'grok-imagine-image',
  createdAt: new Date('2026-11-21T08:00:00Z'),
  prompt: 'Draw a fox',
};

async function writeAndRead(format: 'jpeg' | 'png' | 'webp', xmp: string): Promise<string> {
  const file = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .withXmp(xmp)
    .toFormat(format)
    .toBuffer();
  const { xmp: read, format: written } = await sharp(file).metadata();
  expect(written).toBe(format);
  return read?.toString('utf8') ?? '';
}

/** What XML says the text of an element is. */
function textOf(xml: string, name: string): string | undefined {
  const escaped = new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(xml)?.[1];
  return escaped?.replaceAll(/&(lt|gt|quot|#13|amp);/g, (_, entity: string) => entities[entity] ?? '');
}
const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#13': '\r', amp: '&' };

/** All that XML 1.0 can carry (https://www.w3.org/TR/xml/#charsets). */
const xmlCharacters = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

describe('the XMP packet', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is in a %s and says how it was made', async (format) => {
    const xmp = await writeAndRead(format, buildXmp(made));
    expect(textOf(xmp, 'Iptc4xmpExt:DigitalSourceType')).toBe(
      'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
    );
    expect(textOf(xmp, 'Iptc4xmpExt:AISystemUsed')).toBe('xai grok-imagine-image');
    expect(textOf(xmp, 'xmp:CreatorTool')).toBe('Octavo');
    expect(textOf(xmp, 'xmp:CreateDate')).toBe('2026-11-21T08:00:00.000Z');
    expect(textOf(xmp, 'octavo:promptHash')).toBe(`sha256:${createHash('sha256').update('Draw a fox').digest('hex')}`);
    expect(xmp).not.toContain('Draw a fox');
  });

  it('calls what the sandbox drew the work of a program, not of a model', () => {
    const xmp = buildXmp({ ...made, provider: 'sandbox', model: 'sandbox-image' });
    expect(textOf(xmp, 'Iptc4xmpExt:DigitalSourceType')).toMatch(/\/algorithmicMedia$/);
    expect(xmp).not.toContain('AISystemUsed');
  });

  it('carries any text without breaking the XML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (model) => {
        const xmp = buildXmp({ ...made, model });
        const kept = [...model].filter((char) => xmlCharacters.test(char));
        expect(textOf(xmp, 'octavo:model')).toBe(kept.join(''));
        expect(xmp.match(/<octavo:/g)).toHaveLength(3);
        expect(xmlCharacters.test(xmp)).toBe(true);
      }),
    );
    expect(textOf(buildXmp({ ...made, model: 'half \ud83d' }), 'octavo:model')).toBe('half \ufffd');
  });
});
