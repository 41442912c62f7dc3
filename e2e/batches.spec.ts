import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectNoViolations, register, usual } from './steps.ts';

/** Twelve rows; the fifth fails once, and works when it is asked for again. */
const cities = Array.from(
  { length: 12 },
  (_, n) => `Town ${n + 1},${n === 4 ? '[sandbox:401 times=1]' : 'short ways'}`,
);
const csv = `city,wish\n${cities.join('\n')}\n`;
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const table = (page: Page): Locator => page.getByRole('region', { name: 'The first rows of the table' });
const status = (page: Page, name: string) =>
  expect(page.getByTestId('batch-status')).toHaveAttribute('data-status', name, { timeout: 40_000 });

test('a table becomes pieces: looked at, started, one row retried, all of it downloaded', async ({ page }) => {
  test.setTimeout(120_000);
  await register(page);
  await page.getByRole('link', { name: 'Batches' }).click();
  await expect(page.getByRole('heading', { name: 'Many pieces from one table' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'New batch' }).click();
  await page.getByRole('button', { name: 'Start the batch' }).click();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeFocused();
  await expect(page.getByText('A table is needed first.')).toBeVisible();

  await page.locator('input[type=file]').setInputFiles(file('Town guides.csv', csv));
  await expect(page.getByText('12 rows with 2 columns')).toBeVisible();
  await expect(table(page).getByRole('columnheader', { name: 'city' })).toBeVisible();
  await expect(table(page).getByRole('row')).toHaveCount(6);
  await expect(page.getByLabel('Name of the batch')).toHaveValue('Town guides');
  await expect(page.getByLabel('Title of each piece')).toHaveValue('{{city}}');

  // Everything from here on by the keyboard.
  await page.getByRole('radio', { name: 'Social post' }).focus();
  await page.keyboard.press('Space');
  await page.getByLabel('Prompt').focus();
  await page.keyboard.type('See {{town}} ');
  const prompt = page.getByLabel('Prompt');
  await expect(prompt).toHaveAccessibleDescription('No column is called {{town}}. There are city, wish.');
  await page.getByRole('button', { name: 'Start the batch' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Nothing was sent');
  await expect(prompt).toBeFocused();
  await expect(prompt).toHaveAttribute('aria-invalid', 'true');
  const header = (await page.getByRole('banner').boundingBox())!;
  expect((await prompt.boundingBox())!.y).toBeGreaterThan(header.y + header.height);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('What to see in ');
  await page.getByRole('button', { name: 'Insert city' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Prompt')).toBeFocused();
  await page.keyboard.type(' in a day, ');
  await page.getByRole('button', { name: 'Insert wish' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Prompt')).toHaveValue('What to see in {{city}} in a day, {{wish}}');
  await page.getByRole('button', { name: 'Next row' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('row-preview')).toContainText('What to see in Town 2 in a day, short ways');
  await page.getByLabel('Rows a minute').fill('soon');
  await expect(page.getByTestId('batch-estimate')).toBeEmpty();
  await page.getByRole('button', { name: 'Start the batch' }).press('Enter');
  await expect(page.getByText('A whole number from 1 to 600')).toBeVisible();
  await page.getByLabel('Rows a minute').fill('60');
  await expect(page.getByText('At this pace it takes at least 11 seconds.')).toBeVisible();
  await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
  await page.getByRole('button', { name: 'Start the batch' }).press('Enter');

  await expect(page.getByRole('heading', { level: 1, name: 'Town guides' })).toBeVisible();
  await expect(page.getByTestId('time-left')).toContainText('Less than a minute left');
  await page.getByRole('button', { name: 'Pause' }).click();
  await status(page, 'paused');
  await page.getByRole('button', { name: 'Continue' }).click();
  await status(page, 'completed');
  await expect(page.getByText('1 row failed.')).toBeVisible();
  await page.getByRole('button', { name: 'Failed 1' }).click();
  const failed = page.getByRole('row', { name: /Town 5/ });
  await expect(failed).toContainText('API key');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'All 12' }).click();
  await expect(page.getByRole('row')).toHaveCount(13);
  await page.getByRole('button', { name: 'Retry 1 failed row' }).click();
  await expect(page.getByText('All rows are done.')).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('progressbar', { name: 'Town guides' })).toHaveAttribute('aria-valuenow', '12');

  const [asCsv, asZip] = [await download(page, 'Results as CSV'), await download(page, 'Results as ZIP')];
  expect(asCsv.name).toBe('Town guides.csv');
  expect(asCsv.bytes.toString().match(/,completed,/g)).toHaveLength(12);
  expect(asZip.name).toBe('Town guides.zip');
  expect(asZip.bytes.subarray(0, 2).toString()).toBe('PK');
  for (const name of ['0001-Town-1.md', '0012-Town-12.md', 'results.csv'])
    expect(asZip.bytes.includes(name)).toBe(true);

  await page.getByRole('link', { name: 'Town 3', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Town 3' })).toBeVisible();
  await page.goto(`${usual}/batches`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Town guides' })).toContainText('12 of 12 rows are done');
  await page.getByRole('link', { name: 'Town guides' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'Many pieces from one table' })).toBeVisible();
});

test('what is wrong is said by row and column, before anything is stored', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/batches/new`);
  const choose = (name: string, text: string) => page.locator('input[type=file]').setInputFiles(file(name, text));
  await choose('a.csv', 'city,wish\nPorto,x\nBraga');
  await expect(page.getByRole('alert')).toContainText('Row 2: 1 value for 2 columns');
  await expect(page.getByRole('alert')).toContainText('a.csv cannot be read');
  await choose('cities.csv', '\n');
  await expect(page.getByRole('alert')).toHaveText('cities.csv is empty.');
  await choose('cities.csv', 'PK\u0003\u0004\u0000');
  await expect(page.getByRole('alert')).toContainText('Save the table as CSV');
  await choose('a.json', '[{"city": "Porto"');
  await expect(page.getByRole('alert')).toContainText('This is not valid JSON');
  await choose('a.csv', `a\n${'x'.repeat(2_000_000)}`);
  await expect(page.getByRole('alert')).toContainText('At most 1.9 MB');
  // Straight from a spreadsheet: tabs, and an empty cell.
  await page.getByLabel('Or paste the table').focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'city\twish\nPorto\tx\n\ty\n');
    const told = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(told);
  });
  await expect(page.getByText('2 rows with 2 columns')).toBeVisible();
  await page.getByLabel('Prompt').fill('See {{city}}');
  await page.getByLabel('Name of the batch').fill('Two');
  await expect(page.getByRole('alert')).toContainText('Row 2: Title: Please fill this in (from {{city}})');
  await page.getByRole('button', { name: 'Start the batch' }).click();
  await page.getByLabel('Title of each piece').fill('Piece {{wish}}');
  await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
  await page.getByRole('button', { name: 'Keep as a draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Two' })).toBeVisible();
  await status(page, 'draft');
  await expect(page.getByText('Piece y').first()).toBeVisible();
  await page.goto(`${usual}/batches`);
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
});

test('a new batch outlives a reload, until it is sent or thrown away', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/batches/new`);
  await page.locator('input[type=file]').setInputFiles(file('Towns.csv', 'city\nPorto\nBraga\n'));
  await expect(page.getByText('2 rows with 1 column', { exact: true })).toBeVisible();
  await page.getByLabel('Prompt').fill('See {{city}}');
  await page.getByLabel('Rows a minute').fill('30');
  await page.reload();
  await expect(page.getByText('2 rows with 1 column', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Prompt')).toHaveValue('See {{city}}');
  await expect(page.getByLabel('Name of the batch')).toHaveValue('Towns');
  await expect(page.getByLabel('Rows a minute')).toHaveValue('30');
  await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
  // Signing out asks first.
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Another table' }).click();
  await page.reload();
  await expect(page.getByLabel('Prompt')).toHaveValue('See {{city}}');
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  await page.locator('input[type=file]').setInputFiles(file('Towns.csv', 'city\nPorto\n'));
  await expect(page.getByText('1 row with 1 column', { exact: true })).toBeVisible();
  await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
  await page.getByRole('button', { name: 'Keep as a draft' }).click();
  await status(page, 'draft');
  await page.goto(`${usual}/batches/new`);
  await expect(page.getByLabel('Prompt')).toHaveValue('');
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
});

test('the bar of a batch shows what is done, paler what is being written, and nothing of what waits', async ({
  page,
}) => {
  await register(page);
  await page.goto(`${usual}/batches/new`);
  await page.locator('input[type=file]').setInputFiles(file('Slow.csv', 'city\nPorto\nBraga\nFaro\nEvora\n'));
  await page.getByLabel('Prompt').fill('See {{city}} [sandbox:ok delay=50000]');
  await page.getByLabel('Rows a minute').fill('1');
  await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
  await page.getByRole('button', { name: 'Start the batch' }).click();
  const bar = page.getByRole('progressbar', { name: 'Slow' });
  const parts = bar.locator('[data-state]');
  await expect(parts).toHaveCount(1);
  await expect(parts).toHaveAttribute('data-state', 'processing');
  const share = async () => (await parts.boundingBox())!.width / (await bar.boundingBox())!.width;
  await expect.poll(async () => Math.round((await share()) * 100)).toBe(25);
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await status(page, 'cancelled');
});

for (const look of [
  { name: 'light, desktop', theme: 'light' as const, viewport: { width: 1280, height: 900 } },
  { name: 'dark, desktop', theme: 'dark' as const, viewport: { width: 1280, height: 900 } },
  { name: 'light, phone', theme: 'light' as const, viewport: { width: 390, height: 844 } },
  { name: 'dark, small phone', theme: 'dark' as const, viewport: { width: 360, height: 740 } },
]) {
  test(`the pages of batches are accessible and fit: ${look.name}`, async ({ browser }) => {
    test.setTimeout(120_000);
    const { theme: colorScheme, viewport } = look;
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await register(page);
    await page.goto(`${usual}/batches`);
    await expect(page.getByRole('heading', { name: 'Many pieces from one table' })).toBeVisible();
    await isGood(page);
    await page.getByRole('link', { name: 'Try it with an example' }).click();
    await expect(page.getByText('5 rows with 3 columns')).toBeVisible();
    await expect(page.getByTestId('row-preview')).toContainText('What to see in Porto in one day');
    await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
    await isGood(page);
    await page.getByLabel('Prompt').fill('{{nowhere}} [sandbox:401]');
    await expect(page.getByLabel('Prompt')).toHaveAccessibleDescription(/^No column is called/);
    await isGood(page);
    await page.getByLabel('Prompt').fill('See {{city}} [sandbox:401]');
    await expect(page.getByTestId('batch-estimate')).toContainText('Free of charge.');
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await status(page, 'completed');
    await expect(page.getByRole('row').filter({ hasText: 'API key' })).toHaveCount(5);
    await isGood(page);
    await page.goto(`${usual}/batches`);
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    await isGood(page);
    expect(problems).toEqual([]);
    await context.close();
  });
}

async function isGood(page: Page): Promise<void> {
  await expectNoViolations(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}

async function download(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}
