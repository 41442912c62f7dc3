import { expect, test } from '@playwright/test';
import { expectNoViolations, generate, hasStatus, register } from './steps.ts';

test('a newer text waits beside the one I chose meanwhile: compared, used, and taken back', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'On tea', prompt: 'Tea [sandbox:ok rate=30]' });
  await hasStatus(page, 'completed');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Text').fill('My own words about tea');
  await page.getByRole('button', { name: 'Save' }).click();
  const output = page.getByTestId('output');
  await expect(output).toHaveText('My own words about tea');

  await page.getByRole('button', { name: 'Write again' }).click();
  await hasStatus(page, 'processing');
  // What a person decides while it is being written stands.
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('link', { name: /^Version 2 / }).click();
  for (const number of [1, 2]) {
    await page.getByRole('link', { name: new RegExp(`^Version ${number} `) }).click();
    const version = page.getByRole('region', { name: `Version ${number}` });
    await version.getByRole('button', { name: 'Restore this version' }).click();
    await expect(page.getByText(`Version ${number} is the current one again.`).last()).toBeVisible();
  }
  await page.getByRole('link', { name: 'Back to the piece' }).click();
  await expect(page.getByText('A newer text is waiting')).toBeVisible({ timeout: 60_000 });
  await expect(output).toHaveText('My own words about tea');
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'Version 5' })).toBeVisible();
  const changes = page.getByTestId('changes');
  await expect(changes.locator('del').first()).toHaveCSS('text-decoration-line', 'line-through');
  await expect(changes.locator('ins').first()).toHaveCSS('text-decoration-line', 'underline');
  await expect(page.getByRole('navigation', { name: 'All versions' }).getByRole('listitem')).toHaveCount(5);
  await expectNoViolations(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 720 });

  await page.getByRole('button', { name: 'Use it' }).click();
  const said = page.getByRole('listitem').filter({ hasText: 'Version 5 is the current one again.' });
  await said.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('What you had is back.', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Back to the piece' }).click();
  await expect(output).toHaveText('My own words about tea');
  await expect(page.getByText('A newer text is waiting')).toBeHidden();

  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('link', { name: /^Version 1 / }).click();
  // Any two can be compared.
  await page.getByLabel('Compared with').selectOption('Version 5');
  await expect(page.getByText('From version 1 to version 5.')).toBeVisible();
  await expect(changes.locator('ins').first()).toBeVisible();
  await page.getByLabel('Compared with').selectOption('Version 3');
  await expect(page.getByText('The words are the same.')).toBeVisible();
  await page.getByRole('button', { name: 'New piece from this' }).click();
  await expect(page.getByText('This is a new piece of its own.', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'On tea' })).toBeVisible();
});

test('what was changed is shown word by word', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Two teas', prompt: 'Tea [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  for (const [at, text] of ['Green tea is good.', 'Black tea is very good.'].entries()) {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Text').fill(text);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId('output')).toHaveText(text);
    // Between two edits that are versions of their own.
    if (at > 0) continue;
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.getByRole('link', { name: /^Version 1 / }).click();
    await page.getByRole('button', { name: 'Restore this version' }).click();
    await page.getByRole('link', { name: 'Back to the piece' }).click();
  }
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('link', { name: /^Version 2 / }).click();
  const changes = page.getByTestId('changes');
  await expect(changes.locator('del')).toHaveText(['[removed: Green]']);
  await expect(changes.locator('ins')).toHaveText(['[added: Black]', /^\[added: \s?very\s?\]$/]);
});

test('images have versions: what was drawn before is looked at, compared and back again', async ({ page }) => {
  await register(page);
  await generate(page, { type: 'Image', title: 'A lamp', prompt: 'A lamp' });
  await hasStatus(page, 'completed');
  const output = page.getByTestId('output');
  const addressOf = async () => new URL((await output.getByRole('img').getAttribute('src'))!, page.url()).pathname;
  const first = await addressOf();
  await page.getByRole('button', { name: 'Draw again' }).click();
  await expect.poll(addressOf, { timeout: 30_000 }).not.toBe(first);
  await hasStatus(page, 'completed');

  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('navigation', { name: 'All versions' });
  await expect(versions.getByRole('img')).toHaveCount(2);
  await versions.getByRole('link', { name: /^Version 1 / }).click();
  await expect(page.getByRole('region', { name: 'Version 1' }).getByRole('img')).toHaveAttribute(
    'src',
    new RegExp(first.replaceAll('.', '\\.')),
  );
  await page.getByRole('button', { name: 'Changes' }).click();
  await expect(page.getByTestId('changes').getByRole('img')).toHaveCount(2);
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Restore this version' }).click();
  await page.getByRole('link', { name: 'Back to the piece' }).click();
  await expect.poll(addressOf).toBe(first);
});

test('the words of a rejected attempt can be read and used', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Half a text', prompt: 'Half [sandbox:cut after=30]' });
  await hasStatus(page, 'failed');
  await page.getByRole('button', { name: 'Read attempt 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use this text' }).click();
  await expect(page.getByText('These words are the text now.', { exact: true })).toBeVisible();
});

test('an attempt without words offers none to read', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Nothing', prompt: 'Nothing [sandbox:empty]' });
  await hasStatus(page, 'failed');
  await expect(page.getByRole('complementary').getByText('Attempt 1:')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Read attempt/ })).toHaveCount(0);
});
