import { expect, type Page, test } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { expectNoViolations, password, register, usual } from './steps.ts';

// Passwords are slow on purpose, and each of these needs several.
test.describe.configure({ timeout: 120_000 });

/** What an app would show: now, or in the half minutes to come. Each code is good once. */
function codeOf(secret: string, halfMinutes = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) });
  return totp.generate({ timestamp: Date.now() + halfMinutes * 30_000 });
}

async function leaveAndComeBack(page: Page, email: string): Promise<void> {
  await page.goto(usual);
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail or phone').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const isIn = (page: Page) => expect(page.getByRole('heading', { name: 'Your first piece starts here' })).toBeVisible();

test('an authenticator app: set up, asked for, and replaced by a recovery code', async ({ page }) => {
  const email = await register(page);
  await page.goto(`${usual}/account/security`);
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' });
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code with the key' })).toBeVisible();
  const secret = (await page.getByTestId('totp-secret').textContent()) ?? '';
  await expect(dialog.getByRole('link', { name: 'Open it in an app' })).toHaveAttribute('href', /^otpauth:\/\/totp\//);
  const digits = dialog.getByLabel('The six digits that the app shows');
  await digits.fill(codeOf(secret, 9));
  await dialog.getByRole('button', { name: 'Set up' }).click();
  await expect(dialog.getByRole('alert')).toContainText('not the right digits');
  await digits.fill(codeOf(secret));
  await dialog.getByRole('button', { name: 'Set up' }).click();

  const codes = page.getByRole('dialog', { name: 'Keep these recovery codes' });
  await expect(codes.getByRole('listitem')).toHaveCount(10);
  const recoveryCode = (await codes.getByRole('listitem').first().textContent()) ?? '';
  await page.keyboard.press('Escape');
  await expect(codes).toBeVisible();
  await expectNoViolations(page);
  const downloading = page.waitForEvent('download');
  await codes.getByRole('button', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toBe('octavo-recovery-codes.txt');
  await codes.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('10 left')).toBeVisible();

  await leaveAndComeBack(page, email);
  await expect(page.getByLabel('Code')).toBeFocused();
  await expectNoViolations(page);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toContainText('wrong or was used already');
  await page.getByLabel('Code').fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Continue' }).click();
  await isIn(page);

  await leaveAndComeBack(page, email);
  await page.getByLabel('Code').fill(recoveryCode.toUpperCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await isIn(page);
  await page.goto(`${usual}/account/security`);
  await expect(page.getByText('9 left')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'This one' })).toContainText('with second factor');

  await page.getByRole('button', { name: 'New codes' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'New codes' }).click();
  await expect(codes.getByRole('listitem').filter({ hasText: recoveryCode })).toHaveCount(0);
  await codes.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Remove: Authenticator app' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('protected by its password alone')).toBeVisible();
  await leaveAndComeBack(page, email);
  await isIn(page);
});

test('an account with a second factor is restored with a code of its own', async ({ page }) => {
  const email = await register(page);
  await page.goto(`${usual}/account/security`);
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  const secret = (await page.getByTestId('totp-secret').textContent()) ?? '';
  // One of the half-minute before would be too old a moment after its end.
  await expect.poll(() => Date.now() % 30_000).toBeLessThan(20_000);
  await dialog.getByLabel('The six digits that the app shows').fill(codeOf(secret, -1));
  await dialog.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByText('Keep these recovery codes')).toBeVisible();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.goto(`${usual}/account/data`);
  await page.getByRole('button', { name: 'Delete account …' }).click();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByLabel('I understand').check();
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await page.getByLabel('E-mail or phone').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Continue' }).click();
  // The field is emptied for it.
  await expect(page.getByText('Each code is good once. Enter the next one.')).toBeVisible();
  await page.getByLabel('Code').fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Restore the account' }).click();
  await isIn(page);
});

test('a passkey: added, renamed, used to sign in, removed', async ({ page }) => {
  const devices = await page.context().newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await register(page);
  await page.goto(`${usual}/account/security`);
  const add = async (name: string) => {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Your password').fill(password);
    await dialog.getByRole('button', { name: 'Continue' }).click();
  };
  await add('Laptop');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await add('The same laptop');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('has a passkey for your account already');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Rename: Laptop' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Old laptop');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Old laptop' })).toContainText('Never used');
  await expectNoViolations(page);

  const use = async () => {
    await page.getByRole('button', { name: 'Account and settings' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Use a passkey' }).click();
  };
  await use();
  await isIn(page);
  await page.goto(`${usual}/account/security`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Old laptop' })).toContainText('Last used');
  await page.getByRole('button', { name: 'Remove: Old laptop' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('You have no passkeys yet.')).toBeVisible();
  // The device still has it; the server does not take it any more.
  await use();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
});
