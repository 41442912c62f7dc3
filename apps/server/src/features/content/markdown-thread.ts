import { parentPort } from 'node:worker_threads';
import { markdownToHtml } from './markdown-to-html.ts';

/** The thread of `renderMarkdown`: says that it is ready, takes one text, and gives its HTML back. */
parentPort?.once('message', ({ markdown, title }: { markdown: string; title: string }) =>
  parentPort?.postMessage({ html: markdownToHtml(markdown, title) }),
);
parentPort?.postMessage('ready');
