import { Worker } from 'node:worker_threads';
import { createGate } from '#platform/crypto';

/** @returns undefined when the text cannot be read in time. @throws GateFull when too many wait already */
export type RenderMarkdown = (markdown: string, title: string) => Promise<string | undefined>;

/**
 * `markdownToHtml` in a thread that is ended when it takes too long: common texts take some milliseconds, a few
 * thousand stars in the right order take minutes. One at a time, so that such texts take one core at most.
 */
export function createMarkdownRenderer({ limitMs = 3000, waiting = 10 } = {}): RenderMarkdown {
  const pass = createGate({ atOnce: 1, waiting });
  return (markdown, title) => pass(() => renderInThread(markdown, title, limitMs));
}

function renderInThread(markdown: string, title: string, limitMs: number): Promise<string | undefined> {
  const thread = new Worker(new URL('./markdown-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
  });
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    function end(html?: string): void {
      clearTimeout(timer);
      resolve(html);
      void thread.terminate();
    }
    thread.on('message', (message: 'ready' | { html: string }) => {
      if (message !== 'ready') return end(message.html);
      // The limit is for the text; to start takes as long as the machine is busy.
      timer = setTimeout(end, limitMs);
      thread.postMessage({ markdown, title });
    });
    // Too deep for its stack, or too much for its memory: the text is one that cannot be read.
    thread.on('error', () => end());
    thread.on('exit', () => end());
  });
}
