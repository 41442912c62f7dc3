import { expect, test } from '@playwright/test';
import { hasStatus, picture, register, usual } from './steps.ts';

test('images: pasted, dropped, named, used in a piece, and then not to be deleted', async ({ page }) => {
  await register(page);
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No images here yet' })).toBeVisible();
  const give = (way: 'paste' | 'drop') =>
    page.evaluate(
      ({ name, bytes, type, event }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
        const zone = document.querySelector('input[type=file]')!.parentElement!;
        const told =
          event === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
        (event === 'paste' ? document.body : zone).dispatchEvent(told);
      },
      { name: picture.name, bytes: [...picture.buffer], type: picture.mimeType, event: way },
    );
  const images = page.getByRole('main').getByRole('listitem');
  await give('paste');
  await expect(images).toHaveCount(1);
  await give('drop');
  await expect(images).toHaveCount(2);

  await images.first().getByRole('button', { name: 'Edit the description' }).click();
  await page.getByLabel('What does it show?').fill('A blue square');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(images.first().getByRole('img', { name: 'A blue square' })).toBeVisible();

  await images.first().getByRole('link', { name: 'Describe' }).click();
  await expect(page.getByRole('radio', { name: 'Image description' })).toBeChecked();
  await expect(page.getByRole('img', { name: 'A blue square' })).toBeVisible();
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A blue square' })).toBeVisible();
  await hasStatus(page, 'completed');

  await page.goto(`${usual}/images`);
  await page.getByRole('button', { name: 'Delete: A blue square' }).click();
  const question = page.getByRole('dialog', { name: 'Delete this image?' });
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(question.getByRole('alert')).toContainText('is used by “A blue square”');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Delete: Image without a description' }).click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(images).toHaveCount(1);
});

test('an upload that is cut off says so, and can be tried again', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/images`);
  await page.route('**/api/media', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached');
  await page.unroute('**/api/media');
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('an image of mine is something to work from', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/images`);
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await page.goto(`${usual}/new?kind=image`);
  await page.getByRole('button', { name: 'From my images' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose an image' });
  await dialog.getByRole('button', { name: 'Image without a description' }).click();
  await expect(page.getByRole('button', { name: 'Remove: Image without a description' })).toBeVisible();
  await page.getByLabel('Prompt').fill('The same in red');
  await page.getByRole('button', { name: 'Generate' }).click();
  await hasStatus(page, 'completed');
  await expect(page.getByRole('complementary')).toContainText('Images to work from');
});
