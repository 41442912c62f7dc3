import type { ContentFile, ContentView, ExportFormat } from '@octavo/contracts';
import { markdownFile, provenanceFacts } from '#features/provenance';
import { htmlPage } from './html-page.ts';
import type { RenderMarkdown } from './render-markdown.ts';

export interface ExportedFile {
  body: string;
  mediaType: string;
  /** Without a path and with the right ending; safe on every system. */
  fileName: string;
}

/**
 * A content as a file of its own, which says where its words come from. In all formats but HTML the text itself is
 * unchanged, so that its hash can be checked.
 * @throws GateFull when too many texts wait to become HTML
 */
export async function exportContent(
  content: ContentView,
  format: ExportFormat,
  renderMarkdown: RenderMarkdown,
): Promise<ExportedFile> {
  const { write, mediaType } = formats[format];
  return { body: await write(content, renderMarkdown), mediaType, fileName: `${safeName(content.title)}.${format}` };
}

type Write = (content: ContentView, renderMarkdown: RenderMarkdown) => string | Promise<string>;

const formats: Record<ExportFormat, { write: Write; mediaType: string }> = {
  md: { write: markdownFile, mediaType: 'text/markdown; charset=utf-8' },
  html: { write: toHtml, mediaType: 'text/html; charset=utf-8' },
  json: { write: toJson, mediaType: 'application/json; charset=utf-8' },
  txt: { write: toText, mediaType: 'text/plain; charset=utf-8' },
};

function toText(content: ContentView): string {
  const lines = provenanceFacts(content).map(([name, value]) => `${name}: ${value}`);
  return `${content.title}\n\n${content.generatedText}\n\n-- \n${lines.join('\n')}\n`;
}

function toJson(content: ContentView): string {
  const { title, contentType, generatedText, status, createdAt, updatedAt } = content;
  const provenance = Object.fromEntries(provenanceFacts(content));
  const file: ContentFile = { title, contentType, text: generatedText, status, createdAt, updatedAt, provenance };
  return `${JSON.stringify(file, null, 2)}\n`;
}

async function toHtml(content: ContentView, renderMarkdown: RenderMarkdown): Promise<string> {
  return htmlPage(content, provenanceFacts(content), await renderMarkdown(content.generatedText, content.title));
}

/** Letters, digits, spaces, hyphens and underscores; no name that Windows keeps for a device. */
function safeName(title: string): string {
  const words = title
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N} _-]+/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  // 255 bytes is what common file systems take.
  const name = [...words].slice(0, 60).join('').trim();
  return name === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `octavo ${name}`.trim() : name;
}
