import { expect, type Page, test } from '@playwright/test';
import { expectNoViolations, generate, hasStatus, picture, register, usual } from './steps.ts';

const kinds = ['product', 'social', 'story', 'image', 'description', 'translation'];

for (const look of [
  { name: 'light, desktop', theme: 'light' as const, viewport: { width: 1440, height: 900 } },
  { name: 'dark, desktop', theme: 'dark' as const, viewport: { width: 1440, height: 900 } },
  { name: 'light, phone', theme: 'light' as const, viewport: { width: 390, height: 844 } },
  { name: 'dark, small phone', theme: 'dark' as const, viewport: { width: 360, height: 740 } },
]) {
  test(`every kind’s form and page is accessible and fits: ${look.name}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const { theme: colorScheme, viewport } = look;
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));

    await register(page);
    await page.goto(`${usual}/images`);
    await page.locator('input[type=file]').setInputFiles(picture);
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    await isGood(page);
    for (const kind of kinds) {
      await page.goto(`${usual}/new?kind=${kind}`);
      await expect(page.getByRole('button', { name: 'Generate' })).toBeVisible();
      await page.getByRole('button', { name: 'Generate' }).click();
      const missing = kind === 'description' ? 'Choose an image' : 'Please fill this in';
      await expect(page.getByText(missing).first()).toBeVisible();
      await isGood(page);
    }
    await page.getByRole('combobox', { name: 'Into' }).click();
    await expect(page.getByRole('option').first()).toBeVisible();
    await isGood(page);
    await page.keyboard.press('Escape');

    await page.getByLabel('Text', { exact: true }).fill('Tea comes from far away.');
    await page.getByRole('combobox', { name: 'Into' }).fill('spanish');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Generate' }).click();
    await hasStatus(page, 'completed');
    await isGood(page);

    await page.goto(`${usual}/new?kind=image`);
    await page.getByLabel('Prompt').fill('A lighthouse');
    await page.getByRole('radio', { name: '2 images' }).check({ force: true });
    await page.getByRole('button', { name: 'Generate' }).click();
    await hasStatus(page, 'completed');
    await expect(page.getByRole('article').getByRole('img')).toHaveCount(2);
    await isGood(page);
    await page
      .getByRole('button', { name: /^Open large/ })
      .first()
      .click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await isGood(page);
    await page.keyboard.press('Escape');

    await page.goto(`${usual}/new?kind=description`);
    await page.getByRole('button', { name: 'From my images' }).click();
    await expect(page.getByRole('dialog').getByRole('img').first()).toBeVisible();
    await isGood(page);
    await page.getByRole('dialog').getByRole('button', { name: 'A lighthouse' }).first().click();
    await page.getByRole('button', { name: 'Generate' }).click();
    await hasStatus(page, 'completed');
    await isGood(page);

    await generate(page, { type: 'Story', title: 'The dragon', prompt: 'a little dragon' });
    await hasStatus(page, 'completed');
    await isGood(page);
    await page.getByRole('button', { name: 'Account and settings' }).click();
    await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeVisible();
    await page.getByRole('menuitem', { name: 'How to connect a provider' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await isGood(page);
    await page.goto(usual);
    await expect(page.getByText('4 pieces')).toBeVisible();
    await isGood(page);
    expect(problems).toEqual([]);
    await context.close();
  });
}

async function isGood(page: Page): Promise<void> {
  await expectNoViolations(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}
