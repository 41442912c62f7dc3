import { existsSync } from 'node:fs';
import type { Session } from '@octavo/contracts';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';

/** The browser of the machine: nothing is downloaded. */
export function startBrowser(): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  });
}

export interface Seen {
  violations: string[];
  dialogs: string[];
  requests: string[];
  errors: string[];
}

/** A page of a stranger, or of whoever is signed in by `session`; it is watched. */
export async function openPage(browser: Browser, session?: Session): Promise<{ page: Page; seen: Seen }> {
  const context = await browser.newContext({ locale: 'en-GB' });
  const seen = await watch(context);
  if (session)
    await context.addInitScript((text) => localStorage.setItem('octavo.session', text), JSON.stringify(session));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { page, seen };
}

/** Notes everything that a script which should not run would do, and everything the policy had to stop. */
async function watch(context: BrowserContext): Promise<Seen> {
  const seen: Seen = { violations: [], dialogs: [], requests: [], errors: [] };
  await context.exposeFunction('reportViolation', (text: string) => void seen.violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = globalThis as unknown as { reportViolation: (text: string) => void };
      reportViolation(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  context.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  context.on('request', (request) => seen.requests.push(request.url()));
  context.on('weberror', (error) => seen.errors.push(error.error().message));
  return seen;
}
