import { expect, type Page, test } from '@playwright/test';
import { admin, ports } from './server.ts';
import { expectNoViolations } from './steps.ts';

const url = `http://localhost:${ports.administered}`;

test('credentials say at once whether they work, and can be tested again', async ({ page }) => {
  await page.goto(`${url}/login?next=%2Fadmin%2Fsettings`);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'WhatsApp' });
  await expect(card.getByRole('button', { name: 'Test: WhatsApp' })).toHaveCount(0);

  await store(page, 'bad-key');
  await expect(card.getByText('WhatsApp does not accept the access token.')).toBeVisible();
  await expectNoViolations(page);
  // It is stored all the same: the network may be what is wrong.
  await page.reload();
  await card.getByRole('button', { name: 'Test: WhatsApp' }).click();
  await expect(card.getByText('WhatsApp does not accept the access token.')).toBeVisible();

  await store(page, 'a-good-token');
  await expect(card.getByText('It works: WhatsApp knows the token and the number.')).toBeVisible();
  await expect(card.getByText('does not accept')).toHaveCount(0);
  await card.getByRole('button', { name: 'Remove: WhatsApp' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card.getByText('It works')).toHaveCount(0);

  // Also what the environment of the server says.
  const provider = page.getByRole('listitem').filter({ hasText: 'xAI Grok' });
  await provider.getByRole('button', { name: 'Test: xAI Grok' }).click();
  await expect(provider.getByText('It works: the provider takes the key.')).toBeVisible();
  await expectNoViolations(page);
});

async function store(page: Page, token: string): Promise<void> {
  await page.getByRole('button', { name: /^(Set|Replace): WhatsApp$/ }).click();
  await page.getByLabel('Access token').fill(token);
  await page.getByLabel('Phone number ID').fill('555');
  await page.getByRole('button', { name: 'Save' }).click();
}
