import { expect, test } from '@playwright/test';
import { expectNoViolations, generate, hasStatus, register, usual } from './steps.ts';

test('a piece that was deleted long ago is found and brought back', async ({ page }) => {
  await register(page);
  for (const title of ['Bakery', 'Harbour']) {
    await generate(page, { type: 'Social post', title, prompt: 'A few words [sandbox:ok rate=0]' });
    await hasStatus(page, 'completed');
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
  }

  // No toast is left after a reload.
  await page.reload();
  await page.getByRole('link', { name: 'See 2 deleted pieces' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Deleted pieces' })).toBeVisible();
  const titles = page.getByRole('main').getByRole('heading', { level: 2 });
  await expect(titles).toHaveText(['Harbour', 'Bakery']);
  await expectNoViolations(page);

  await page.getByRole('button', { name: 'Restore “Bakery”' }).click();
  await expect(titles).toHaveText(['Harbour']);
  // Whoever works without a mouse goes on from the top of the list.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Bakery' })).toBeVisible();
  await expect(page.getByTestId('output')).not.toBeEmpty();

  await page.goto(usual);
  await expect(titles).toHaveText(['Bakery']);
  await page.getByLabel('State').selectOption('Deleted');
  await expect(titles).toHaveText(['Harbour']);
  await page.getByRole('button', { name: 'Restore “Harbour”' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is deleted' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Library' }).last().click();
  await expect(titles).toHaveText(['Harbour', 'Bakery']);
});

test('a deleted piece is deleted for good, after a question', async ({ page }) => {
  await register(page);
  for (const title of ['Bakery', 'Harbour']) {
    await generate(page, { type: 'Social post', title, prompt: 'A few words [sandbox:ok rate=0]' });
    await hasStatus(page, 'completed');
    // As if it had been edited on this device and not saved.
    await page.evaluate(() => {
      localStorage.setItem(`octavo.unsaved.${location.pathname.split('/').pop()}`, JSON.stringify({ text: 'Mine' }));
    });
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
  }
  await page.goto(`${usual}/?deleted=only`);
  const unsaved = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsaved')).length);
  expect(await unsaved()).toBe(2);
  const titles = page.getByRole('main').getByRole('heading', { level: 2 });
  await expect(titles).toHaveText(['Harbour', 'Bakery']);

  const button = page.getByRole('button', { name: 'Delete for good: “Bakery”' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete “Bakery” for good?' });
  await expect(dialog).toContainText('What it cost stays in your usage.');
  await expectNoViolations(page);
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await expect(titles).toHaveText(['Harbour', 'Bakery']);

  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('“Bakery” is gone for good', { exact: true })).toBeVisible();
  await expect(titles).toHaveText(['Harbour']);
  await expect(page.getByRole('heading', { level: 1, name: 'Deleted pieces' })).toBeFocused();

  expect(await unsaved()).toBe(1);

  // Another tab is faster with the last one: what was wanted is done.
  const other = await page.context().newPage();
  await other.goto(`${usual}/?deleted=only`);
  await page.getByRole('button', { name: 'Delete for good: “Harbour”' }).click();
  await other.getByRole('button', { name: 'Delete for good: “Harbour”' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await expect(other.getByRole('heading', { name: 'Nothing is deleted' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is deleted' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});
