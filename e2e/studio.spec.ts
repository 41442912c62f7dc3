import { gzipSync } from 'node:zlib';
import { type BrowserContext, expect, test } from '@playwright/test';
import { expectNoViolations, generate, hasStatus, password, register, shortSessions, usual } from './steps.ts';

test('register, ask for a blog post and a story, watch, close the tab, come back, find them', async ({ context }) => {
  let page = await context.newPage();
  await register(page);
  await generate(page, { title: 'Tea in spring', prompt: 'The history of tea [sandbox:ok rate=40]' });
  await hasStatus(page, 'processing');
  const early = (await page.getByTestId('output').innerText()).length;
  await expect.poll(async () => (await page.getByTestId('output').innerText()).length).toBeGreaterThan(early + 100);
  const address = page.url();
  await page.close();

  page = await context.newPage();
  await page.goto(address);
  await hasStatus(page, 'completed');
  await expect(page.getByTestId('output')).toContainText('No AI model wrote this');
  await expect(page.getByRole('complementary')).toContainText('Sample writer');

  await generate(page, { type: 'Story', title: 'The dragon', prompt: 'a little dragon who is afraid of fire' });
  await hasStatus(page, 'completed');
  await expect(page.getByTestId('output')).toContainText('little dragon');
  await expect(page.getByRole('complementary')).toContainText('octavo-story-tiny');

  await page.goto(usual);
  await expect(page.getByRole('link', { name: 'Tea in spring' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'The dragon' })).toBeVisible();
  await expect(page.getByText('2 pieces')).toBeVisible();
  await page.getByLabel('Kind').selectOption('Story');
  await expect(page.getByText('1 piece')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Tea in spring' })).toBeHidden();
});

test('stop keeps what was written, and retry starts over', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Slow', prompt: 'Rivers [sandbox:ok rate=15 words=120]' });
  await expect(page.getByTestId('output')).toContainText('sandbox');
  await page.getByRole('button', { name: 'Stop' }).click();
  await hasStatus(page, 'cancelled');
  await expect(page.getByTestId('output')).toContainText('Sample text');
  await page.getByRole('button', { name: 'Retry' }).click();
  await hasStatus(page, 'completed');
});

test('a failure says why, keeps the partial text, and a failed take is replaced by the next', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Broken', prompt: 'Storms [sandbox:cut after=30]' });
  await hasStatus(page, 'failed');
  await expect(page.getByRole('alert')).toContainText('broke off in the middle');
  await expect(page.getByTestId('output')).toContainText('Sample text');
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();

  await generate(page, { title: 'Second try', prompt: 'Calm [sandbox:cut after=30 times=1]' });
  await hasStatus(page, 'completed');
  const facts = page.getByRole('complementary');
  await expect(facts).toContainText('Attempt 2: done');
  const attempt = facts.getByRole('listitem').filter({ hasText: 'Attempt 2' });
  // By whom, with what, when, how long, how much, how it ended.
  await expect(attempt).toContainText(
    /Sample writer · octavo-sample · .*\d{4}.* · [\d.,]+ sec · .*in · .*out · .+ · temperature 0\.\d+ · seed \d+$/,
  );
  await expect(facts.getByRole('listitem').filter({ hasText: 'Attempt 1' })).toContainText('broke off in the middle');
  await expect(facts).toContainText('Files you download say who made this, and with which model.');
  expect((await page.getByTestId('output').innerText()).match(/No AI model wrote this/g)).toHaveLength(1);
});

test('edit, publish, delete and undo', async ({ page }) => {
  await register(page);
  await generate(page, { type: 'Social post', title: 'Bakery', prompt: 'We open on Saturday [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await page.getByRole('button', { name: 'Edit' }).click();
  const text = page.getByRole('textbox', { name: 'Text' });
  await text.fill('# Fresh bread\n\nCome **early**. <img src=x onerror="document.title=1"> [bad](javascript:alert(1))');

  // Unsaved words survive a reload.
  await page.reload();
  await expect(page.getByText('Your unsaved changes from last time are here.')).toBeVisible();
  await expect(text).toHaveValue(/Fresh bread/);
  const save = page.getByRole('button', { name: 'Save' });
  const [field, button] = [(await text.boundingBox())!, (await save.boundingBox())!];
  expect(field.y + field.height).toBeLessThan(button.y);
  await page.evaluate(() => window.scrollTo({ top: 10_000 }));
  await save.click();
  await expect(page.getByRole('heading', { name: 'Fresh bread' })).toBeVisible();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await expect(page.getByTestId('output').locator('img, script, [onerror], a[href^="javascript"]')).toHaveCount(0);

  await expect(page.getByText('Nothing is put online')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Publish' })).toHaveAccessibleDescription(/Nothing is put online\.$/);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Published')).toBeVisible();
  for (const [format, ending] of [
    ['web page (HTML)', 'html'],
    ['Markdown', 'md'],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByRole('menuitem', { name: `Download as ${format}` }).click();
    expect((await download).suggestedFilename()).toBe(`Bakery.${ending}`);
  }

  // Without a text it says so, and can still be taken back.
  await page.getByRole('button', { name: 'Edit' }).click();
  await text.fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'There is no text here' })).toBeVisible();
  await page.getByRole('button', { name: 'Unpublish' }).click();
  await expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();

  await page.clock.install();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
  // Who looked away for a while can still undo it.
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.clock.fastForward(25_000);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: 'Bakery' })).toBeVisible();
});

test('a change made elsewhere is not overwritten unasked', async ({ page, context }) => {
  await register(page);
  await generate(page, { type: 'Social post', title: 'Shared', prompt: 'Two tabs [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('From the first tab');

  const other = await context.newPage();
  await other.addInitScript(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith('octavo.unsaved'))
      .forEach((key) => localStorage.removeItem(key)),
  );
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Publish' }).click();
  await expect(other.getByText('Published')).toBeVisible();

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'This piece was changed meanwhile' })).toBeVisible();
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByTestId('output')).toHaveText('From the first tab');
});

test('the session renews itself, and when it ends for good one signs in over the page without losing a word', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await register(page, shortSessions);
  const tokenOf = () =>
    page.evaluate(
      () => (JSON.parse(localStorage.getItem('octavo.session') ?? '{}') as { access_token?: string }).access_token,
    );
  const first = await tokenOf();
  // A slow text, longer than an access token lives: the socket comes back with a new one.
  await generate(page, { title: 'Long', prompt: 'A long river [sandbox:ok rate=8 words=180]' });
  await expect.poll(tokenOf, { timeout: 60_000 }).not.toBe(first);
  await hasStatus(page, 'completed');

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('Not to be lost');
  // Signed out from everywhere else: neither token is good any more.
  await page.evaluate(async () => {
    const { refresh_token } = JSON.parse(localStorage.getItem('octavo.session') ?? '{}') as { refresh_token: string };
    await fetch('/api/auth/logout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token }),
    });
    const session = JSON.parse(localStorage.getItem('octavo.session') ?? '{}') as object;
    localStorage.setItem('octavo.session', JSON.stringify({ ...session, access_token: 'gone' }));
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Your session has ended' })).toBeVisible();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByTestId('output')).toHaveText('Not to be lost');
});

test('signs in again, with the wrong password explained', async ({ page, browser }) => {
  const email = await register(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto(`${usual}/new`);
  await elsewhere.getByLabel('E-mail').fill(email);
  await elsewhere.getByLabel('Password').fill('wrong password');
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  await expect(elsewhere.getByRole('alert')).toHaveText('E-mail or password is wrong.');
  await elsewhere.getByLabel('Password').fill(password);
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  // Where one wanted to go in the first place.
  await expect(elsewhere.getByRole('heading', { name: 'New piece' })).toBeVisible();
});

test('works by keyboard alone', async ({ page }) => {
  await register(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Keyboard shortcuts');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  // The first field has the focus already.
  await expect(page.getByLabel('Title')).toBeFocused();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Keys [sandbox:ok rate=0]');
  await page.keyboard.press('Control+Enter');
  await hasStatus(page, 'completed');
  await page.keyboard.press('l');
  await expect(page.getByRole('link', { name: 'By keyboard' })).toBeVisible();
});

for (const look of [
  { name: 'light, desktop', theme: 'light' as const, viewport: { width: 1280, height: 860 } },
  { name: 'dark, phone', theme: 'dark' as const, viewport: { width: 360, height: 740 } },
]) {
  test(`every page is accessible and fits: ${look.name}`, async ({ browser }) => {
    const context = await browser.newContext({
      colorScheme: look.theme,
      viewport: look.viewport,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

    await page.goto(`${usual}/login`);
    await expectNoViolations(page);
    await register(page);
    await expectNoViolations(page);
    await page.goto(`${usual}/new`);
    await expect(page.getByText('No AI provider is connected')).toBeVisible();
    await expectNoViolations(page);
    expect(await fits()).toBe(true);
    await generate(page, {
      title: 'A title that is long enough to need more than one line on a phone',
      prompt: 'Tea [sandbox:cut after=40 times=1]',
    });
    await hasStatus(page, 'completed');
    await expect(page.getByTestId('output').getByRole('heading').first()).toBeVisible();
    await expectNoViolations(page);
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'Edit' }).click();
    await expectNoViolations(page);
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.goto(usual);
    await expect(page.getByText('1 piece')).toBeVisible();
    await expectNoViolations(page);
    expect(await fits()).toBe(true);
    expect(problems).toEqual([]);
    await context.close();
  });
}

test('speaks Spanish, and remembers it', async ({ page }) => {
  await page.goto(`${usual}/login`);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitemradio', { name: 'Español' }).click();
  await expect(page.getByRole('heading', { name: 'Hola de nuevo' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Iniciar sesión' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
});

test('an address that leads nowhere says so', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/content/0198c0de-0000-7000-8000-000000000000`);
  await expect(page.getByRole('heading', { name: 'There is no such piece' })).toBeVisible();
  await page.goto(`${usual}/nowhere`);
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
  await page.getByRole('banner').getByRole('link', { name: 'Images' }).click();
  await expect(page.getByRole('heading', { name: 'Images', level: 1 })).toBeVisible();
});

test('the first page takes no more than 200 KB, compressed', async ({ page, browser }) => {
  const load = async (context: BrowserContext, path: string, heading: string) => {
    const tab = await context.newPage();
    const parts: Array<Promise<number>> = [];
    tab.on('response', (response) => parts.push(response.body().then((body) => gzipSync(body).length)));
    await tab.goto(`${usual}${path}`);
    await expect(tab.getByRole('heading', { name: heading })).toBeVisible();
    const sizes = await Promise.all(parts);
    expect(sizes.length).toBeGreaterThan(2);
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  await register(page);
  const storageState = await page.context().storageState();
  const stranger = await browser.newContext();
  const known = await browser.newContext({ storageState });
  expect(await load(stranger, '/login', 'Welcome back')).toBeLessThan(200_000);
  expect(await load(known, '/', 'Your first piece starts here')).toBeLessThan(200_000);
  await stranger.close();
  await known.close();
});
