import { expect, type Page, test } from '@playwright/test';
import { generate, hasStatus, register } from './steps.ts';

test('words typed while a save is under way stay, and are saved by the next', async ({ page }) => {
  await openEditor(page);
  const text = page.getByRole('textbox', { name: 'Text' });
  const saves: string[] = [];
  let arrived = Promise.withResolvers<void>();
  let answer = Promise.withResolvers<void>();
  await page.route('**/api/content/*', async (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    saves.push((route.request().postDataJSON() as { generatedText: string }).generatedText);
    arrived.resolve();
    await answer.promise;
    await route.continue();
  });

  // Nothing has changed: there is nothing to save.
  await text.press('Control+s');
  await text.fill('One');
  await text.press('Control+s');
  await arrived.promise;
  // Once more while it is under way.
  await text.press('Control+s');
  await text.fill('One and two');
  answer.resolve();
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await expect(text).toHaveValue('One and two');
  await expect(page.getByText('Not saved yet')).toBeVisible();
  expect(saves).toEqual(['One']);

  // The rest survives a reload, and saves on top of what was saved: no conflict.
  await page.reload();
  await expect(text).toHaveValue('One and two');
  arrived = Promise.withResolvers();
  answer = Promise.withResolvers();
  answer.resolve();
  await text.press('Control+s');
  await expect(page.getByTestId('output')).toHaveText('One and two');
  expect(saves).toEqual(['One', 'One and two']);
});

test('a conflict that cannot be settled for now says why, and can be tried again', async ({ page, context }) => {
  await openEditor(page);
  await page.getByRole('textbox', { name: 'Text' }).fill('Mine');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Cancel' }).click();
  await other.getByRole('button', { name: 'Publish' }).click();
  await expect(other.getByText('Published')).toBeVisible();

  await page.getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'This piece was changed meanwhile' });
  await expect(conflict).toBeVisible();
  await page.route('**/api/content/*', (route) => route.abort());
  for (const choice of ['Take the other one', 'Keep mine']) {
    await conflict.getByRole('button', { name: choice }).click();
    await expect(conflict.getByRole('alert')).toHaveText(/server cannot be reached/);
  }
  await page.unroute('**/api/content/*');
  await conflict.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByTestId('output')).toHaveText('Mine');
});

test('whichever text is taken after a conflict, the other one is kept and can come back', async ({ page, context }) => {
  await openEditor(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Edit' }).click();
  await other.getByRole('textbox', { name: 'Text' }).fill('From the other tab');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByTestId('output')).toHaveText('From the other tab');

  const text = page.getByRole('textbox', { name: 'Text' });
  await text.fill('Typed here');
  await page.getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'This piece was changed meanwhile' });
  await expect(conflict).toContainText('The other one stays among the versions.');
  await conflict.getByRole('button', { name: 'Take the other one' }).click();
  await expect(text).toHaveValue('From the other tab');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('output')).toHaveText('From the other tab');
  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('navigation', { name: 'All versions' });
  await versions.getByRole('link', { name: /^Version 3 / }).click();
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Typed here');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Back to the piece' }).click();
  await expect(text).toHaveValue('Typed here');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('output')).toHaveText('Typed here');
});

test('a Stop that does not reach the server says so', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Slow', prompt: 'Rivers [sandbox:ok rate=15 words=120]' });
  await page.route('**/cancel', (route) => route.abort());
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText(/^The server cannot be reached/)).toBeVisible();
  await page.unroute('**/cancel');
  await page.getByRole('button', { name: 'Stop' }).click();
  await hasStatus(page, 'cancelled');
});

test('a piece that has ended is shown as ended, although the live words have not heard of it', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Slow', prompt: 'Rivers [sandbox:ok rate=15 words=200]' });
  await expect(page.getByTestId('output')).toContainText('Sample text');
  // From now on the watcher of the live words gets no snapshot, and so cannot know the end.
  const held: Array<() => void> = [];
  await page.route(/\/api\/generations\/[^/]+$/, (route) => void held.push(() => void route.continue()));
  await page.route('**/cancel', async (route) => {
    const response = await route.fetch();
    const generation = route.request().url().replace('/cancel', '');
    const headers = { authorization: route.request().headers()['authorization'] ?? '' };
    const statusOf = async () =>
      ((await (await page.request.get(generation, { headers })).json()) as { data: { status: string } }).data.status;
    await expect.poll(statusOf).toBe('cancelled');
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Stop' }).click();
  await hasStatus(page, 'cancelled');
  await page.unroute(/\/api\/generations\/[^/]+$/);
  for (const go of held) go();
  await expect(page.getByRole('complementary').getByText('stopped')).toBeVisible();
});

async function openEditor(page: Page): Promise<void> {
  await register(page);
  await generate(page, { type: 'Social post', title: 'Bakery', prompt: 'We open [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  await page.getByRole('button', { name: 'Edit' }).click();
}
