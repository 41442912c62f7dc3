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
