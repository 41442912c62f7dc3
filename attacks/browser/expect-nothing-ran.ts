import type { Page } from '@playwright/test';
import { expect } from 'vitest';
import type { Seen } from './watch.ts';

/** No script has run, nobody was called, the policy had nothing to stop, and the page holds nothing that could run. */
export async function expectNothingRan(page: Page, seen: Seen): Promise<void> {
  // Handlers of images run when the images have failed.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
  expect(seen.dialogs).toEqual([]);
  expect(seen.requests.filter((url) => url.includes('evil.test'))).toEqual([]);
  // Nothing that would have run if there were no policy either: the policy had nothing to stop.
  expect(seen.violations).toEqual([]);
  const bad = await page.evaluate(() =>
    Array.from(document.body.querySelectorAll('*')).flatMap((element) => {
      const attributes = element.getAttributeNames();
      const address =
        element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? '';
      const isBad =
        attributes.some((name) => name.startsWith('on') || name === 'srcdoc' || name === 'formaction') ||
        /^\s*(javascript|data|vbscript)/i.test(address) ||
        ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'MATH'].includes(element.tagName.toUpperCase());
      return isBad ? [element.outerHTML.slice(0, 200)] : [];
    }),
  );
  expect(bad).toEqual([]);
}
