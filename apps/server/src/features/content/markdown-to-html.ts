import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toHast } from 'mdast-util-to-hast';
import { gfm } from 'micromark-extension-gfm';
import { escapeHtml } from './escape-html.ts';

/** As much of a Markdown tree, and of an HTML one, as is looked at here. */
interface Node {
  type: string;
  tagName?: string;
  depth?: number;
  value?: string;
  alt?: string | null;
  properties?: Record<string, unknown>;
  children?: Node[];
}

/** What may stand in a page. All else is left out, with its text kept, except HTML, which is left out as a whole. */
const tagNames =
  'a blockquote br code del em h2 h3 h4 h5 h6 hr input li ol p pre section strong sup table tbody td th thead tr ul'.split(
    ' ',
  );
// The only ids are those of footnotes, which have their prefix already.
const schema = { ...defaultSchema, tagNames, clobberPrefix: '' };
const attributeNames = ['href', 'id', 'title', 'align', 'start', 'type', 'checked', 'disabled'];
const voidTags = new Set(['br', 'hr', 'input']);

/**
 * Markdown (GFM) as HTML that holds nothing but text, structure, and links to http, https and mailto. Images are their
 * alternative text: a page that loads nothing tells nobody that it was opened. Headings are below that of the page,
 * and a first one that only repeats `title` is left out.
 *
 * Takes longer than linear time for texts that are made for it, and may overflow the stack: run it in a thread.
 */
export function markdownToHtml(markdown: string, title: string): string {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  belowTitle(tree as Node, title);
  imagesAsText(tree as Node);
  return write(sanitize(toHast(tree), schema) as Node);
}

const wordsOf = (node: Node): string => node.value ?? (node.children ?? []).map(wordsOf).join('');
const bare = (text: string): string => text.normalize().replaceAll(/\s+/g, ' ').trim().toLowerCase();

function belowTitle(tree: Node, title: string): void {
  const [first] = tree.children ?? [];
  if (first?.type === 'heading' && bare(wordsOf(first)) === bare(title)) tree.children?.shift();
  lowerHeadings(tree);
}

function lowerHeadings(node: Node): void {
  if (node.type === 'heading') node.depth = Math.min(6, (node.depth ?? 1) + 1);
  for (const child of node.children ?? []) lowerHeadings(child);
}

function imagesAsText(node: Node): void {
  if (node.type === 'image' || node.type === 'imageReference') {
    node.type = 'text';
    node.value = node.alt ?? '';
  }
  for (const child of node.children ?? []) imagesAsText(child);
}

/** Names come from the lists above only, and all that a text has a say in is escaped. */
function write(node: Node): string {
  if (node.type === 'text') return escapeHtml(node.value ?? '');
  const inner = (node.children ?? []).map(write).join('');
  if (node.type === 'root') return inner;
  const { tagName = '' } = node;
  if (node.type !== 'element' || !tagNames.includes(tagName)) return inner;
  const attributes = attributeNames.map((name) => attribute(name, node.properties?.[name])).join('');
  return voidTags.has(tagName) ? `<${tagName}${attributes}>` : `<${tagName}${attributes}>${inner}</${tagName}>`;
}

/** Ids and addresses within the page are those of footnotes. */
const address = /^(https?:\/\/|mailto:|#user-content-fn)/i;

function attribute(name: string, value: unknown): string {
  if (value === true) return ` ${name}`;
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  if (name === 'href' && !address.test(String(value))) return '';
  return ` ${name}="${escapeHtml(String(value))}"`;
}
