import type { ContentView } from '@octavo/contracts';
import { escapeHtml } from './escape-html.ts';

/** Serif on paper, with room to breathe; dark when the reader's system is, and black on white in print. */
const style = `
:root { color-scheme: light dark; --ink: #1c1a17; --soft: #5d574e; --line: #d9d2c5; --paper: #fffdf9; --link: #7a3b12 }
@media (prefers-color-scheme: dark) { :root { --ink: #ebe6dc; --soft: #a8a196; --line: #3b3731; --paper: #191714; --link: #e0a97f } }
body { max-width: 40rem; margin: 3rem auto; padding: 0 1.25rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.65 Charter, "Iowan Old Style", Georgia, serif; overflow-wrap: break-word }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2em 0 .6em; break-after: avoid; text-wrap: balance }
h1 { font-size: 2rem; margin-top: 0 }
a { color: var(--link) }
blockquote { margin-inline: 0; padding-inline-start: 1.25rem; border-inline-start: 3px solid var(--line); color: var(--soft) }
pre, code { font: .9em/1.5 ui-monospace, Consolas, monospace }
pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { padding: .35rem .75rem; border: 1px solid var(--line); text-align: start }
hr { border: 0; border-top: 1px solid var(--line); margin: 2.5rem 0 }
.as-written { white-space: pre-wrap }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0 }
dd { margin: 0; overflow-wrap: anywhere }
@media print { :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --link: #000 }
  body { margin: 0; max-width: none; font-size: 11pt } pre, blockquote, tr { break-inside: avoid } a[href^="http"]::after { content: " (" attr(href) ")" } }
`.trim();

/**
 * A page of its own: it loads nothing, runs nothing, and says where its words come from, for machines in the head and for
 * people at the foot.
 * @param text HTML that was made safe, or undefined: then the text stands there as it was written
 */
export function htmlPage(content: ContentView, facts: Array<[name: string, value: string]>, text?: string): string {
  const title = escapeHtml(content.title);
  const metas = facts.map(
    ([name, value]) =>
      `<meta name="${name === 'exportedBy' ? 'generator' : `octavo:${name}`}" content="${escapeHtml(value)}">`,
  );
  const rows = facts.map(([name, value]) => `<dt>${factNames[name] ?? name}</dt><dd>${escapeHtml(value)}</dd>`);
  return [
    '<!doctype html>',
    '<html>',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    ...metas,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main dir="auto">',
    `<h1>${title}</h1>`,
    text ?? `<div class="as-written">${escapeHtml(content.generatedText)}</div>`,
    '</main>',
    '<footer>',
    `<dl>${rows.join('\n')}</dl>`,
    '</footer>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const factNames: Record<string, string> = {
  exportedBy: 'Exported by',
  contentId: 'Content',
  version: 'Version',
  provider: 'Provider',
  model: 'Model',
  at: 'Written at',
  hash: 'Hash of the text as written',
  digitalSourceType: 'Source',
};
