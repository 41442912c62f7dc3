import { expect, type Page, test } from '@playwright/test';
import { expectNoViolations, password, register, strict, usual } from './steps.ts';

for (const look of [
  { name: 'light, desktop', theme: 'light' as const, viewport: { width: 1440, height: 900 } },
  { name: 'dark, phone', theme: 'dark' as const, viewport: { width: 390, height: 844 } },
]) {
  for (const [pages, visit] of [
    ['the ways in', waysIn],
    ['profile and security', profileAndSecurity],
    ['keys and data', keysAndData],
  ] as const) {
    test(`${pages} are accessible and fit: ${look.name}`, async ({ browser }) => {
      test.setTimeout(180_000);
      const { theme: colorScheme, viewport } = look;
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      await visit(page);
      expect(problems).toEqual([]);
      await context.close();
    });
  }
}

test('the words of accounts follow the language', async ({ page }) => {
  await page.goto(`${usual}/login`);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitemradio', { name: 'Español' }).click();
  await expect(page.getByRole('link', { name: '¿Has olvidado la contraseña?' })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Correo o teléfono')).toBeVisible();
  // Words that are loaded only now come in the same language.
  await page.getByRole('link', { name: 'Crear cuenta' }).click();
  await expect(page.getByText('Varias palabras seguidas', { exact: false })).toBeVisible();
});

async function waysIn(page: Page): Promise<void> {
  await page.goto(`${usual}/login`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await isGood(page);
  await page.goto(`${usual}/recover`);
  await page.getByLabel('E-mail or phone').fill('nobody@example.org');
  await isGood(page);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('Look at your messages')).toBeVisible();
  await isGood(page);
  await page.goto(`${usual}/recover#token=none`);
  await expect(page.getByLabel('New password')).toBeVisible();
  await isGood(page);
  await page.goto(`${strict}/register`);
  await expect(page.getByText('Registration is by invitation')).toBeVisible();
  await isGood(page);
  await page.goto(`${usual}/register`);
  await page.getByLabel('Password').fill('correct horse');
  await expect(page.getByRole('status').getByText(/guess/)).toBeVisible();
  await isGood(page);
}

async function profileAndSecurity(page: Page): Promise<void> {
  await register(page);
  await page.goto(`${usual}/confirm`);
  await expect(page.getByLabel('Six digits')).toBeVisible();
  await isGood(page);
  await page.goto(`${usual}/account`);
  await expect(page.getByText('Not confirmed')).toBeVisible();
  await isGood(page);
  await page.getByRole('button', { name: 'Change: E-mail' }).click();
  await expect(page.getByLabel('New e-mail address')).toBeVisible();
  await isGood(page);
  await page.goto(`${usual}/account/security`);
  await expect(page.getByText('This one')).toBeVisible();
  await page.getByRole('button', { name: 'Change password' }).click();
  await isGood(page);
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByTestId('totp-secret')).toBeVisible();
  await isGood(page);
}

async function keysAndData(page: Page): Promise<void> {
  await register(page);
  await page.goto(`${usual}/account/keys`);
  await page.getByRole('button', { name: 'Create a key' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await isGood(page);
  await page.getByLabel('Name').fill('Nightly texts');
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
  await expect(page.getByTestId('api-key')).toBeVisible();
  await isGood(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Nightly texts' })).toBeVisible();
  await isGood(page);
  await page.goto(`${usual}/account/data`);
  await expect(page.getByRole('heading', { name: 'Import' })).toBeVisible();
  await isGood(page);
  await page.getByRole('button', { name: 'Delete account …' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await isGood(page);
}

async function isGood(page: Page): Promise<void> {
  await expectNoViolations(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}
