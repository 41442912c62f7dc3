import type { AdminUserPage, InvitationCreated } from '@octavo/contracts';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { asAdmin, codeTo, messagesTo } from './as-admin.ts';
import { expectNoViolations, generate, password, register, strict, usual } from './steps.ts';

// Passwords are slow on purpose, and each of these needs several.
test.describe.configure({ timeout: 120_000 });

const otherPassword = 'four purple lamps at noon';
const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
}

async function signIn(page: Page, address: string, secret = password): Promise<void> {
  await page.getByLabel('E-mail or phone').fill(address);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const library = (page: Page): Locator => page.getByRole('heading', { name: 'Your first piece starts here' });
const row = (page: Page, text: string): Locator => page.getByRole('listitem').filter({ hasText: text });

/** Another browser in which the same person is signed in. */
async function elsewhere(browser: Browser, email: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${usual}/login`);
  await signIn(page, email);
  await expect(library(page)).toBeVisible();
  return page;
}

test('an address is confirmed with its code, and changed with the password and a new one', async ({ page }) => {
  const email = await register(page);
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await expect(row(page, 'E-mail')).toContainText('Not confirmed');
  await page.getByRole('button', { name: `Confirm: ${email}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm your address' });
  await expect(dialog).toContainText(`There is a code of six digits for ${email}`);
  await expect(dialog).toContainText('kept for its administrator');
  const code = await codeTo(usual, email);
  await dialog.getByLabel('Six digits').fill(wrongCode(code));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.getByRole('alert')).toContainText('wrong or has expired');
  await dialog.getByLabel('Six digits').fill(code);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, 'E-mail')).toContainText('Confirmed');

  const changed = `new-${email}`;
  await page.getByRole('button', { name: 'Change: E-mail' }).click();
  const change = page.getByRole('dialog', { name: 'Change the e-mail address' });
  await change.getByLabel('New e-mail address').fill(changed);
  await change.getByLabel('Your password').fill('not mine either 4711');
  await change.getByRole('button', { name: 'Send code' }).click();
  await expect(change.getByText('This is not your password')).toBeVisible();
  await change.getByLabel('Your password').fill(password);
  await change.getByRole('button', { name: 'Send code' }).click();
  await expect(dialog).toContainText(changed);
  await expect(dialog.getByRole('button', { name: /^Get a new code \(in \d+ s\)$/ })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(row(page, 'E-mail')).toContainText(`${changed} waits to be confirmed.`);
  await page.getByRole('button', { name: `Confirm: ${changed}` }).click();
  await dialog.getByLabel('Six digits').fill(await codeTo(usual, changed));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(row(page, 'E-mail')).not.toContainText('waits');
  await expect(row(page, 'E-mail')).toContainText(changed);

  await page.getByLabel('First name').fill('Augusta');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await expect(page.getByRole('menu')).toContainText('Augusta Lovelace');
});

test('by invitation only: the link, the rules for passwords, and the code before the first piece', async ({ page }) => {
  await page.goto(`${strict}/register`);
  await expect(page.getByText('Registration is by invitation')).toBeVisible();
  await expect(page.getByLabel('First name')).toBeHidden();
  const invite = (body: object) => asAdmin<InvitationCreated>(strict, 'POST', '/api/admin/invitations', body);
  const email = `invited-${process.pid}-${Date.now()}@example.org`;
  await page.goto('about:blank');
  const personal = await invite({ email: `another-${email}`, role: 'admin' });
  await page.goto(personal.link);
  await expect(page.getByText('You are invited as an administrator of this server.')).toBeVisible();
  const address = page.getByLabel('E-mail or phone');
  await expect(address).toHaveValue(`another-${email}`);
  await expect(address).not.toBeEditable();
  await expect(address).toHaveAccessibleDescription('The invitation is for this address only.');
  await expectNoViolations(page);
  await asAdmin(strict, 'DELETE', `/api/admin/invitations/${personal.id}`);
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('This invitation does not work any more');
  await expect(page.getByLabel('First name')).toBeHidden();
  const { link } = await invite({});
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Lovelace');
  await page.getByLabel('E-mail or phone').fill(email);
  await page.getByLabel('Password').fill('ten letters');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('At least 15 characters', { exact: true })).toBeVisible();
  await page.getByLabel('Password').fill('1111111111111111');
  await expect(page.getByRole('status').getByText(/one of the passwords|repeats/)).toBeVisible();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Password').fill(otherPassword);
  await expect(page.getByText('Very hard to guess')).toBeVisible();
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByRole('heading', { name: 'Confirm your address' })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await page.getByRole('link', { name: 'Later' }).click();
  await page.getByRole('link', { name: 'New piece' }).first().click();
  await page.getByLabel('Title').fill('Tea');
  await page.getByLabel('Prompt').fill('Tea');
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByRole('alert')).toContainText('Confirm your address first.');
  await page.getByRole('alert').getByRole('link', { name: 'Confirm your address' }).click();
  await page.getByLabel('Six digits').fill(await codeTo(strict, email));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(library(page)).toBeVisible();
  await generate(page, { title: 'Tea', prompt: 'Tea' });
});

test('somebody with a phone only: registers, forgets the password, gets a code', async ({ page }) => {
  const phone = `+34 6${String(Date.now()).slice(-8)}`;
  const plain = phone.replace(' ', '');
  await page.goto(`${usual}/register`);
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Lovelace');
  await page.getByLabel('E-mail or phone').fill('600 111 222');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('A number with its country code')).toBeVisible();
  await page.getByLabel('E-mail or phone').fill(phone);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(library(page)).toBeVisible();
  // Only an address that is the account's own gets a code; here it is from the start.
  await messagesTo(usual, plain);
  await signOut(page);

  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  // The page before has a field of the same name.
  await expect(page.getByRole('heading', { name: 'A new password' })).toBeVisible();
  await page.getByLabel('E-mail or phone').fill(phone);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByLabel('Six digits').fill(await codeTo(usual, plain, 2));
  await page.getByLabel('New password').fill(otherPassword);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, phone, otherPassword);
  await expect(library(page)).toBeVisible();
});

test('a forgotten password: the link of the message works once, and its token leaves the address', async ({ page }) => {
  const email = await register(page);
  await signOut(page);
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await page.getByLabel('E-mail or phone').fill(email);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText(`If ${email} has an account, a link is on its way.`)).toBeVisible();
  const [text = ''] = await messagesTo(usual, email, 2);
  const link = /http\S+/.exec(text)?.[0] ?? '';
  const follow = async () => {
    await page.goto('about:blank');
    await page.goto(link);
    await expect(page.getByLabel('New password')).toBeVisible();
    await expect(page).toHaveURL(`${usual}/recover`);
    await page.getByLabel('New password').fill(otherPassword);
    await page.getByRole('button', { name: 'Set password' }).click();
  };
  await follow();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, email, otherPassword);
  await expect(library(page)).toBeVisible();

  await follow();
  await expect(page.getByRole('alert')).toContainText('This link was used already');
  await page.getByRole('button', { name: 'Ask for a new one' }).click();
  await expect(page.getByLabel('E-mail or phone')).toBeVisible();
});

test('changing the password asks for the old one and ends the other sessions', async ({ page, browser }) => {
  const email = await register(page);
  const other = await elsewhere(browser, email);
  await page.goto(`${usual}/account/security`);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByLabel('Current password').fill('not mine either 4711');
  await page.getByLabel('New password').fill('Lovelace99');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('This is not your password')).toBeVisible();
  await page.getByLabel('Current password').fill(password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('It is made of your own name').last()).toBeVisible();
  await page.getByLabel('New password').fill(otherPassword);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(
    page.getByText('Your password is changed. Every other session has ended.', { exact: true }),
  ).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'This one' })).toBeVisible();

  await other.goto(`${usual}/account`);
  await expect(other.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible();
  await expect(other.getByRole('dialog').getByLabel('Password')).toBeFocused();
  await other.getByRole('dialog').getByLabel('Password').fill(otherPassword);
  await other.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByLabel('First name')).toHaveValue('Ada');
});

test('sessions are listed, and ended one by one or all at once', async ({ page, browser }) => {
  const email = await register(page);
  const [one, two] = [await elsewhere(browser, email), await elsewhere(browser, email)];
  await page.goto(`${usual}/account/security`);
  const sessions = page.getByRole('region', { name: 'Sessions' }).getByRole('listitem');
  await expect(sessions).toHaveCount(3);
  await expect(sessions.first()).toContainText('This one');
  await expect(sessions.first()).toContainText(' on Linux');
  await sessions.nth(1).getByRole('button').click();
  await expect(sessions).toHaveCount(2);
  await page.getByRole('button', { name: 'End all others' }).click();
  await expect(sessions).toHaveCount(1);
  for (const other of [one, two]) {
    await other.goto(`${usual}/account`);
    await expect(other.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible();
  }
});

test('the way back of the browser leads from the second factor to the password', async ({ page }) => {
  const email = await register(page);
  await page.goto(`${usual}/account/security`);
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  const secret = ((await page.getByTestId('totp-secret').textContent()) ?? '').replaceAll(' ', '');
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  await page.getByLabel('The six digits that the app shows').fill(code);
  await page.getByRole('dialog').getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await signOut(page);
  for (const goBack of [() => page.goBack(), () => page.getByRole('button', { name: 'somebody else' }).click()]) {
    await signIn(page, email);
    await expect(page.getByLabel('Code')).toBeFocused();
    await goBack();
    await expect(page.getByLabel('Password')).toHaveValue('');
    await expect(page.getByLabel('E-mail or phone')).toHaveValue(email);
    await expect(page).toHaveURL(`${usual}/login`);
  }
});

test('on a small phone the parts of the account stand in one line, and the one that is shown is in sight', async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await register(page);
  await page.evaluate(() => localStorage.setItem('octavo.language', 'es'));
  await page.goto(`${usual}/account/data`);
  const parts = page.getByRole('navigation', { name: 'Cuenta' }).getByRole('link');
  await expect(parts).toHaveCount(4);
  await expect(parts.and(page.locator('[aria-current=page]'))).toHaveText('Tus datos');
  await expect(parts.last()).toBeInViewport({ ratio: 1 });
  const lines = await parts.evaluateAll((links) => new Set(links.map((link) => link.getBoundingClientRect().top)).size);
  expect(lines).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await page.goto(`${usual}/account`);
  await expect(parts.first()).toBeInViewport({ ratio: 1 });
});

test('an API key is shown once, works, and stops working', async ({ page, request }) => {
  await register(page);
  await page.goto(`${usual}/account/keys`);
  await page.getByRole('button', { name: 'Create a key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a key' });
  await dialog.getByLabel('Create and change').uncheck();
  await dialog.getByLabel('Read').uncheck();
  await dialog.getByRole('button', { name: 'Create a key' }).click();
  await expect(dialog.getByText('Please fill this in')).toHaveCount(2);
  await expect(dialog.getByText('Choose at least one')).toBeVisible();
  await dialog.getByLabel('Name').fill('Nightly');
  await dialog.getByLabel('Read').check();
  await dialog.getByLabel('Good for').selectOption('30 days');
  await dialog.getByLabel('Your password').fill('not this one either 4711');
  await dialog.getByRole('button', { name: 'Create a key' }).click();
  await expect(dialog.getByText('This is not your password')).toBeVisible();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Create a key' }).click();
  const key = (await page.getByTestId('api-key').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();
  const use = () => request.get(`${usual}/api/content`, { headers: { authorization: `Bearer ${key}` } });
  expect((await use()).status()).toBe(200);
  const generated = await request.post(`${usual}/api/content/generate`, {
    headers: { authorization: `Bearer ${key}` },
    data: { title: 'Tea', contentType: 'blog', prompt: 'Tea' },
  });
  expect(generated.status()).toBe(403);
  await page.reload();
  await expect(row(page, 'Nightly')).toContainText('Last used');
  await expect(row(page, 'Nightly')).toContainText(key.slice(0, 6));
  await expect(page.getByText(key)).toBeHidden();
  await page.getByRole('button', { name: 'Delete: Nightly' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('You have no API keys yet.')).toBeVisible();
  expect((await use()).status()).toBe(401);
});

test('an account is deleted, and restored within its week', async ({ page }) => {
  const email = await register(page);
  await page.goto(`${usual}/account/data`);
  await page.getByRole('button', { name: 'Delete account …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(dialog.getByText('Please confirm this')).toBeVisible();
  await dialog.getByLabel('I understand').check();
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByText(/^Your account will be deleted on/)).toBeVisible();
  await signIn(page, email);
  await expect(page.getByText('This account is going to be deleted')).toBeVisible();
  await page.getByRole('button', { name: 'Restore the account' }).click();
  await expect(library(page)).toBeVisible();
  await expect(page.getByText('Your account is back, with everything in it.', { exact: true })).toBeVisible();
});

test('whoever is suspended is told so', async ({ page }) => {
  const email = await register(page);
  await signOut(page);
  const { users } = await asAdmin<AdminUserPage>(usual, 'GET', `/api/admin/users?search=${email}`);
  await asAdmin(usual, 'POST', `/api/admin/users/${users[0]?.id}/suspend`);
  await signIn(page, email);
  await expect(page.getByRole('alert')).toContainText('This account is suspended.');
});

test('everything is taken along: exported, and imported by somebody else', async ({ page, browser }) => {
  await register(page);
  await generate(page, { title: 'Tea in spring', prompt: 'Tea [sandbox:ok rate=0]' });
  await page.goto(`${usual}/account/data`);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export everything' }).click();
  const file = await (await downloading).path();
  await expect(page.getByText('The export is among your downloads.')).toBeVisible();

  const other = await (await browser.newContext()).newPage();
  await register(other);
  await other.goto(`${usual}/account/data`);
  await other.locator('input[type=file]').setInputFiles({
    name: 'holiday.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('no zip at all'),
  });
  const question = other.getByRole('dialog', { name: 'Import this file?' });
  await expect(question).toContainText('holiday.zip (0 kB)');
  await question.getByRole('button', { name: 'Import' }).click();
  await expect(other.getByRole('alert')).toContainText('This is not an Octavo export');
  let sent = 0;
  other.on('request', (request) => (sent += request.url().endsWith('/api/account/import') ? 1 : 0));
  await other.locator('input[type=file]').setInputFiles(file);
  await expect(question).toContainText('will be there twice');
  await expectNoViolations(other);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await other.locator('input[type=file]').setInputFiles(file);
  await question.waitFor();
  expect(sent).toBe(0);
  await question.getByRole('button', { name: 'Import' }).click();
  await expect(other.getByText('Added to your library as new pieces')).toBeVisible();
  await expect(other.getByText('Pieces: 1; generations: 1; images: 0.')).toBeVisible();
  await other.getByRole('link', { name: 'Library' }).click();
  await expect(other.getByRole('link', { name: 'Tea in spring' })).toBeVisible();
});
