import { expect, type Page, test } from '@playwright/test';
import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { ports, startServer } from './server.ts';
import { expectNoViolations, register } from './steps.ts';

const url = `http://localhost:${ports.paid}`;

/** Texts that cost something: the provider is an emulator that says what each call was. */
test.describe('where texts cost something', () => {
  let provider: Sandbox;
  let stop: (() => Promise<void>) | undefined;
  test.beforeAll(async () => {
    provider = await startSandbox({ record: true, tokensPerSecond: 2000 });
    const xai = {
      XAI_API_KEY: 'xai-key-of-the-budget-tests',
      XAI_BASE_URL: `${provider.url}/v1`,
      XAI_RATE_PER_MINUTE: '0',
    };
    stop = await startServer(ports.paid, xai);
  });
  test.afterAll(async () => {
    await stop?.();
    await provider.close();
  });

  test('a batch keeps its limit, and a budget that is reached says so in words', async ({ page }) => {
    test.setTimeout(120_000);
    await register(page, url);
    await newBatch(page);
    await page.getByLabel('At most, in US dollars').fill('0.000001');
    await expect(page.getByText('The rows may cost up to')).toBeVisible();
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await expect(page.getByLabel('At most, in US dollars')).toBeFocused();
    expect(provider.requests).toEqual([]);
    await page.getByLabel('At most, in US dollars').fill('50');
    await expect(page.getByTestId('batch-estimate')).toContainText(/All 5 rows together cost at most \$\d/);
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await expect(page.getByText('All rows are done.')).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText(/\$[\d.]*[1-9]\d* of \$50\.00 allowed/)).toBeVisible();
    await expect(page.getByRole('row', { name: /Porto/ })).toContainText(/\$0\.0*[1-9]/);

    await page.goto(`${url}/usage`);
    await page.getByLabel('US dollars').fill('0.000001');
    await page.getByLabel('Period').selectOption('a day');
    await page.getByRole('button', { name: 'Set budget' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'Your budget' })).toBeVisible();
    const asked = provider.requests.length;
    await page.goto(`${url}/new`);
    await page.getByLabel('Title').fill('Too dear');
    await page.getByLabel('Prompt').fill('The price of tea');
    await expect(page.getByTestId('estimate')).toContainText(/\$0\.0*[1-9]/);
    await page.getByRole('button', { name: 'Generate' }).click();
    const refused = page.getByRole('alert');
    await expect(refused).toContainText('A budget is used up');
    await expect(refused).toContainText(/Reached: Your budget \(a day\)\. It starts over on \d+ \w+ \d{4}/);
    await expectNoViolations(page);
    await refused.getByRole('link', { name: 'See usage and budgets' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Usage' })).toBeVisible();
    // What was typed is still there.
    await page.goBack();
    await expect(page.getByLabel('Title')).toHaveValue('Too dear');

    await newBatch(page);
    await expect(page.getByTestId('batch-estimate')).toContainText('cost at most');
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await expect(page.getByRole('alert')).toContainText('This batch paused itself', { timeout: 20_000 });
    await expect(page.getByRole('alert')).toContainText('Your budget for today has no room');
    await expectNoViolations(page);
    expect(provider.requests.length).toBe(asked);
  });
});

async function newBatch(page: Page): Promise<void> {
  await page.goto(`${url}/batches/new?example=true`);
  await expect(page.getByText('5 rows with 3 columns')).toBeVisible();
}
