import { createHash } from 'node:crypto';
import { digitalSourceType } from './digital-source-type.ts';

/**
 * The XMP packet that says in an image file how the image was made, for sharp's `withXmp`: the properties of the IPTC
 * Photo Metadata Standard 2025.1, and in a namespace of our own what that has no place for. A prompt is personal: only its
 * SHA-256 is there, by which its author can show that it was theirs; a description is left out, as it would be the prompt.
 */
export function buildXmp(options: { provider: string; model: string; createdAt: Date; prompt: string }): string {
  const { provider, model, createdAt, prompt } = options;
  const promptHash = createHash('sha256').update(prompt).digest('hex');
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about=""',
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ' xmlns:octavo="urn:octavo:provenance:1:">',
    element('Iptc4xmpExt:DigitalSourceType', digitalSourceType({ provider, isEdited: false }) ?? ''),
    // The sandbox draws without any model.
    ...(provider === 'sandbox' ? [] : [element('Iptc4xmpExt:AISystemUsed', `${provider} ${model}`)]),
    element('xmp:CreatorTool', 'Octavo'),
    element('xmp:CreateDate', createdAt.toISOString()),
    element('octavo:provider', provider),
    element('octavo:model', model),
    element('octavo:promptHash', `sha256:${promptHash}`),
    '</rdf:Description>',
    '</rdf:RDF>',
    '</x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('\n');
}

function element(name: string, text: string): string {
  return `<${name}>${escape(text)}</${name}>`;
}

/** XML 1.0 has no form at all for most control characters: they are left out. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
