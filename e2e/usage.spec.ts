import { expect, test } from '@playwright/test';
import { expectNoViolations, generate, hasStatus, register, usual } from './steps.ts';

test('what was used is shown, and a budget is set', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/new`);
  await page.getByLabel('Title').fill('On tea');
  await page.getByLabel('Prompt').fill('Tea');
  await expect(page.getByTestId('estimate')).toHaveText('Free');
  await generate(page, { title: 'On coffee', prompt: 'Coffee' });
  await hasStatus(page, 'completed');

  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Usage' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Usage' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Blog post/ })).toContainText('$0.00');
  await page.getByLabel('By').selectOption('Provider');
  await expect(page.getByRole('row', { name: /Sample writer/ })).toBeVisible();
  await page.getByRole('link', { name: '90 days' }).click();
  await expect(page.getByTestId('chart').locator('[title]')).toHaveCount(90);

  await page.getByLabel('US dollars').fill('a lot');
  await page.getByRole('button', { name: 'Set budget' }).click();
  await expect(page.getByText('An amount such as 5 or 0.50')).toBeVisible();
  await page.getByLabel('US dollars').fill('2,50');
  await page.getByRole('button', { name: 'Set budget' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Your budget' })).toContainText('$2.50 a month');
  await expectNoViolations(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
