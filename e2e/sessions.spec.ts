import { expect, type Page, test } from '@playwright/test';
import { generate, hasStatus, password, plainHttp, register, usual } from './steps.ts';

/** As it is for somebody who opens `http://server:3000`. */
test('a plain HTTP address: creates, copies', async ({ page }) => {
  await register(page, plainHttp);
  expect(await page.evaluate(() => [window.isSecureContext, 'clipboard' in navigator, 'locks' in navigator])).toEqual([
    false,
    false,
    false,
  ]);
  await generate(page, { title: 'Plain', prompt: 'The history of tea [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'New piece' }).click();
  await page.getByLabel('Prompt').focus();
  await page.keyboard.press('Control+V');
  await expect(page.getByLabel('Prompt')).toHaveValue(/No AI model wrote this/);
});

test('a plain HTTP address: two tabs that renew at the same time stay signed in', async ({ page, context }) => {
  await register(page, plainHttp);
  const other = await context.newPage();
  await other.goto(plainHttp);
  const tabs = [page, other];
  for (let round = 0; round < 2; round += 1) {
    const sent: string[] = [];
    const both = Promise.withResolvers<void>();
    await context.route('**/api/auth/refresh', async (route) => {
      sent.push((route.request().postDataJSON() as { refresh_token: string }).refresh_token);
      if (sent.length === 2) both.resolve();
      await both.promise;
      await route.continue();
    });
    await replaceTokens(page, { access_token: 'gone' });
    await Promise.all(tabs.map((tab) => tab.reload()));
    for (const tab of tabs)
      await expect(tab.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
    expect(sent[1]).toBe(sent[0]);
    await context.unroute('**/api/auth/refresh');
  }
});

test('signing out asks about words that are nowhere else, and leaves nothing of them', async ({ page }) => {
  await register(page);
  await generate(page, { type: 'Social post', title: 'Mine', prompt: 'Mine [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await page.getByRole('link', { name: 'New piece' }).click();
  await page.getByLabel('Prompt').fill('Half a wish');
  await page.getByRole('link', { name: 'Octavo' }).click();
  await page.getByRole('link', { name: 'Mine' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('Not saved');
  await expect.poll(() => leftovers(page)).toHaveLength(2);

  const signOut = async () => {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
  };
  await signOut();
  const question = page.getByRole('dialog', { name: 'Sign out without saving?' });
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('Not saved');

  await signOut();
  await question.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  expect(await leftovers(page)).toEqual([]);
});

test('the next person in a tab finds an empty form', async ({ page, context }) => {
  await register(page);
  await page.goto(`${usual}/new`);
  await page.getByLabel('Prompt').fill('A secret wish');
  // Signed out in another tab, and this one is loaded again.
  const other = await context.newPage();
  await other.goto(usual);
  await other.getByRole('button', { name: 'Account' }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(other.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  await page.reload();
  await register(page);
  await page.getByRole('link', { name: 'New piece' }).first().click();
  await expect(page.getByLabel('Prompt')).toHaveValue('');
});

test('somebody else who signs in when a session has ended gets a library of their own, and sends nothing of the other', async ({
  page,
  browser,
}) => {
  const elsewhere = await browser.newContext();
  const ben = await register(await elsewhere.newPage());
  await elsewhere.close();
  await register(page);
  await page.goto(`${usual}/new`);
  await page.getByLabel('Prompt').fill('A wish of Ada');
  await page.getByRole('link', { name: 'Octavo' }).click();
  await generate(page, { type: 'Social post', title: 'Piece of Ada', prompt: 'Mine [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await endSessionOnSave(page);

  const writes: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') writes.push(request.url());
  });
  await page.getByRole('dialog').getByLabel('E-mail').fill(ben);
  await page.getByRole('dialog').getByLabel('Password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
  await expect(page).toHaveURL(`${usual}/`);
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByText('Piece of Ada')).toBeHidden();
  expect(writes).toEqual([]);
  expect(await leftovers(page)).toEqual([]);
});

test('signing out of a session that has ended leads to the sign-in page, and the question is not asked again', async ({
  page,
}) => {
  const email = await register(page);
  await generate(page, { type: 'Social post', title: 'Mine', prompt: 'Mine [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await endSessionOnSave(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page
    .getByRole('dialog', { name: 'Sign out without saving?' })
    .getByRole('button', { name: 'Sign out' })
    .click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  expect(await leftovers(page)).toEqual([]);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('link', { name: 'Mine' })).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

/** Edits the piece on the page, and saves when neither token is good any more. */
async function endSessionOnSave(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('Words of the one who was here first');
  await replaceTokens(page, { access_token: 'gone', refresh_token: 'gone' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible();
}

function replaceTokens(page: Page, tokens: { access_token: string; refresh_token?: string }): Promise<void> {
  return page.evaluate((changed) => {
    const session = JSON.parse(localStorage.getItem('octavo.session') ?? '{}') as object;
    localStorage.setItem('octavo.session', JSON.stringify({ ...session, ...changed }));
  }, tokens);
}

/** What this tab and this browser hold of words that were typed. */
function leftovers(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) =>
      /^octavo\.(unsaved|new-piece)/.test(key),
    ),
  );
}
