import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { ports } from './server.ts';

export const usual = `http://localhost:${ports.usual}`;
/** The same server under a name that is neither HTTPS nor localhost: a browser lends it less. */
export const plainHttp = `http://plain.test:${ports.usual}`;
export const shortSessions = `http://localhost:${ports.shortSessions}`;
/** By invitation only, with long passwords and addresses that have to be confirmed. */
export const strict = `http://localhost:${ports.strict}`;
export const password = 'correct horse battery';

let people = 0;

/** Creates an account and stands in its empty library. @returns its e-mail address */
export async function register(page: Page, url = usual): Promise<string> {
  const email = `person-${process.pid}-${(people += 1)}@example.org`;
  await page.goto(`${url}/register`);
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Lovelace');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();
  return email;
}

export async function generate(page: Page, wish: { type?: string; title: string; prompt: string }): Promise<void> {
  await page.getByRole('link', { name: 'New piece' }).first().click();
  if (wish.type) await page.getByText(wish.type, { exact: true }).click();
  await page.getByLabel('Title').fill(wish.title);
  await page.getByLabel(/^(Prompt|What is the story about\?)$/).fill(wish.prompt);
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByRole('heading', { level: 1, name: wish.title, exact: true })).toBeVisible();
}

/** A small picture as a file dialog or the clipboard gives it. */
export const picture = {
  name: 'square.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAIAAAAuKetIAAAAQ0lEQVR42u3PQQkAAAgEsItjJoOZ1wp+hcEKLNXzWgQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQErhbm3SDEINBolwAAAABJRU5ErkJggg==',
    'base64',
  ),
};

/** Looks at a page that is there: before its heading is, there is nothing to look at. */
export async function expectNoViolations(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeAttached();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
    [],
  );
}

export function hasStatus(page: Page, status: string) {
  return expect(page.getByTestId('status')).toHaveAttribute('data-status', status, { timeout: 30_000 });
}
