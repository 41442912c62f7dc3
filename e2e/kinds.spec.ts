import { expect, type Page, test } from '@playwright/test';
import { admin } from './server.ts';
import { expectNoViolations, generate, hasStatus, picture, register, usual } from './steps.ts';

/** What a screen reader is told, in the order in which it is told. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    (window as unknown as { said: string[] }).said = said;
    new MutationObserver(() => {
      for (const region of document.querySelectorAll('article [role=status].sr-only')) {
        const text = region.textContent ?? '';
        if (text !== '' && said.at(-1) !== text) said.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

async function choose(page: Page, kind: string): Promise<void> {
  await page.goto(`${usual}/new`);
  await page.getByRole('radio', { name: kind, exact: true }).check({ force: true });
}

test('images are drawn one by one, in frames of their shape, and are there when one comes back', async ({ page }) => {
  await register(page);
  await choose(page, 'Image');
  await page.getByLabel('Prompt').fill('A lighthouse at dawn [sandbox:ok delay=400]');
  await page.getByRole('radio', { name: 'Width to height 16:9' }).check({ force: true });
  await page.getByRole('radio', { name: '3 images' }).check({ force: true });
  const said = await listen(page);
  await page.getByRole('button', { name: 'Generate' }).click();
  // Without a title of its own it has that of its prompt.
  await expect(page.getByRole('heading', { level: 1, name: 'A lighthouse at dawn' })).toBeFocused();
  await expect(page.getByTestId('frame').first()).toBeVisible();
  // What was asked for is read from the server, a moment after the page is there.
  const shape = () =>
    page
      .getByTestId('frame')
      .last()
      .evaluate((frame) => frame.clientWidth / frame.clientHeight);
  await expect.poll(async () => Math.abs((await shape()) - 16 / 9)).toBeLessThan(0.05);
  await hasStatus(page, 'completed');
  const pictures = page.getByTestId('output').getByRole('img');
  await expect(pictures).toHaveCount(3);
  await expect(page.getByTestId('frame')).toHaveCount(0);
  for (const each of await pictures.all()) {
    await expect(each).toHaveAttribute('alt', /lighthouse/);
    await expect.poll(() => each.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }
  await expect.poll(said).toContain('All images are here.');

  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Edit the description' }).first().click();
  await main.getByLabel('What does it show?').fill('A white tower above the sea');
  await main.getByRole('button', { name: 'Save' }).click();
  await page.reload();
  await expect(pictures.first()).toHaveAttribute('alt', 'A white tower above the sea');
  await main.getByRole('button', { name: 'Open large: A white tower above the sea' }).click();
  await expect(page.getByRole('dialog')).toContainText('Image 1 of 3');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('dialog')).toContainText('Image 2 of 3');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  const download = page.waitForEvent('download');
  await main.getByRole('link', { name: 'Download image 1' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.(png|jpe?g|webp)$/);

  await page.goto(usual);
  const card = page.getByRole('listitem').filter({ hasText: 'A lighthouse at dawn' });
  await expect(card.getByRole('img')).toHaveCount(3);
  await page.getByLabel('Kind').selectOption('Translation');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
});

test('an image is described: uploaded, described, and shown beside its words', async ({ page }) => {
  await register(page);
  await choose(page, 'Image description');
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByText('Choose an image', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeFocused();

  await page.locator('input[type=file]').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Not a picture at all'),
  });
  await expect(page.getByRole('alert')).toContainText(
    'This is not an image that can be read. Images are accepted as JPEG, PNG, WebP, AVIF or GIF.',
  );
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await page.locator('input[type=file]').setInputFiles({ ...picture, buffer: Buffer.alloc(21_000_000) });
  await expect(page.getByRole('alert')).toContainText('The image is larger than 20 MiB.');
  expect(sent).toEqual([]);
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('img', { name: 'Image without a description' })).toBeVisible();
  await expect(page.getByText('Choose an image', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  // The chosen image outlives a reload, and gives the piece its name.
  await page.reload();
  await expect(page.getByRole('img', { name: 'Image without a description' })).toBeVisible();
  await expect(page.getByLabel('Title')).toHaveAttribute('placeholder', 'square');
  await page.getByText('Short', { exact: true }).click();
  await page.getByLabel('Title').fill('The square');
  await page.keyboard.press('Control+Enter');
  await hasStatus(page, 'completed');
  await expect(page.getByTestId('output')).toContainText('64');
  await expect(page.getByRole('article').getByRole('img')).toBeVisible();
  await expect(page.getByRole('complementary')).toContainText('Short');
  await page.getByRole('button', { name: 'Use as the image’s description' }).click();
  await expect(page.getByRole('article').getByRole('img', { name: /64/ })).toBeVisible();
});

test('a text is translated, and one of my pieces, each beside its original', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Green tea', prompt: 'The history of tea [sandbox:ok rate=0]' });
  await hasStatus(page, 'completed');
  // Also whoever is quicker than the form is led to what is missing.
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  await page.route(/assets\/translation-fields-.*\.js/, async (fields) => {
    await asked;
    await fields.continue();
  });
  await choose(page, 'Translation');
  await page.getByRole('button', { name: 'Generate' }).click();
  ask();
  await expect(page.getByText('Please fill this in')).toHaveCount(2);
  await expect(page.getByLabel('Text', { exact: true })).toBeFocused();
  await page.getByLabel('Text', { exact: true }).fill('# Tea\n\nTea comes from {{country}}.\n');
  // By its own name, with the keyboard.
  await page.getByRole('combobox', { name: 'Into' }).fill('espanol');
  await expect(page.getByRole('option', { name: /Spanish/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Into' })).toHaveValue('Spanish');
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tea (Spanish)' })).toBeVisible();
  await hasStatus(page, 'completed');
  await expect(page.getByTestId('output')).toContainText('{{country}}');
  await expect(page.getByTestId('source')).toContainText('Tea comes from {{country}}.');
  const [source, output] = [
    await page.getByTestId('source').boundingBox(),
    await page.getByTestId('output').boundingBox(),
  ];
  expect(output!.x).toBeGreaterThan(source!.x + source!.width);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByTestId('source')).toBeHidden();
  await page.getByRole('button', { name: 'Original' }).click();
  await expect(page.getByTestId('source')).toBeVisible();
  await expect(page.getByTestId('output')).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });

  await choose(page, 'Translation');
  await page.getByRole('radio', { name: 'One of my pieces' }).check({ force: true });
  await page.getByRole('combobox', { name: 'Piece' }).fill('green');
  await page.getByRole('option', { name: /Green tea/ }).click();
  await page.getByRole('combobox', { name: 'Into' }).fill('deu_Latn');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Generate' }).click();
  await hasStatus(page, 'completed');
  await page.getByRole('link', { name: 'Open the piece it translates' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Green tea' })).toBeVisible();
});

test('a story has the shape that was asked for, and says what was asked', async ({ page }) => {
  await register(page);
  await choose(page, 'Story');
  await page.getByLabel('Title').fill('The kite');
  await page.getByLabel('What is the story about?').fill('A kite that is afraid of heights');
  await page.getByRole('button', { name: 'Fairy tale' }).click();
  await page.getByRole('radio', { name: '7 to 9 years' }).check({ force: true });
  await page.getByLabel('Values').fill('courage, patience,');
  await page.getByRole('button', { name: 'Remove patience' }).click();
  await page.getByLabel('Paragraphs').fill('60');
  await page.getByRole('combobox', { name: 'Language' }).fill('engl');
  await page.keyboard.press('Enter');
  await page.getByText('Advanced').click();
  await page.getByLabel('Made by').selectOption({ label: 'Sample writer' });
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByText('A whole number from 1 to 50')).toBeVisible();
  await page.getByLabel('Paragraphs').fill('4');
  await page.reload();
  await expect(page.getByLabel('Paragraphs')).toHaveValue('4');
  await page.getByRole('button', { name: 'Generate' }).click();
  await hasStatus(page, 'completed');
  const facts = page.getByRole('complementary');
  for (const words of ['Fairy tale', '7 to 9 years', 'courage', 'English']) await expect(facts).toContainText(words);
  await expect(facts).not.toContainText('patience');
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
});

test('what is being written can be read in the library', async ({ page }) => {
  await register(page);
  await generate(page, { title: 'Slow river', prompt: 'Rivers [sandbox:ok rate=15 words=200]' });
  await expect(page.getByTestId('output')).toContainText('Sample text');
  await page.getByRole('link', { name: 'Library' }).first().click();
  const card = page.getByRole('listitem').filter({ hasText: 'Slow river' });
  await expect(card).toContainText('Sample text');
  await expect(card.getByTestId('status')).toHaveAttribute('data-status', 'processing');
});

test('a person’s text outlives a stopped attempt: no banner, a warning before the retry, and a place among the versions', async ({
  page,
}) => {
  await register(page);
  await generate(page, { title: 'Mine', prompt: 'Rivers [sandbox:ok rate=15 words=120]' });
  await expect(page.getByTestId('output')).toContainText('Sample text');
  await page.getByRole('button', { name: 'Stop' }).click();
  await hasStatus(page, 'cancelled');
  await expect(page.getByText('You stopped this').first()).toBeVisible();
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(page.getByRole('textbox', { name: 'Text' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Text' }).fill('My own words');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('output')).toHaveText('My own words');
  await expect(page.getByTestId('status')).toHaveText('Draft');
  await expect(page.getByText('You stopped this')).toHaveCount(0);

  await page.getByRole('button', { name: 'Retry' }).click();
  const question = page.getByRole('dialog', { name: 'Try again?' });
  await expect(question).toContainText('stays among the versions');
  await question.getByRole('button', { name: 'Retry' }).click();
  await hasStatus(page, 'completed');
  await expect(page.getByTestId('output')).toContainText('Sample text');
  await page.getByRole('button', { name: 'Show earlier attempts' }).click();
  await expect(page.getByRole('complementary').getByText('stopped')).toBeVisible();
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('link', { name: /^Version 2 / }).click();
  await expect(page.getByTestId('changes').locator('del')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(page.getByText('My own words', { exact: true })).toBeVisible();
});

test('the end of a writing is said, and focus is never lost', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/new`);
  const said = await listen(page);
  await generate(page, { type: 'Social post', title: 'Heard', prompt: 'We open [sandbox:ok rate=40 words=150]' });
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await hasStatus(page, 'completed');
  await expect.poll(said).toContain('The text is complete.');
  expect(await said()).toContain('Being written …');
});

test('what the server finds wrong is shown at its field', async ({ page }) => {
  await register(page);
  await choose(page, 'Image');
  await page.getByLabel('Prompt').fill('A lighthouse');
  // The image that the form holds is gone meanwhile.
  await page.evaluate(() => {
    const kept = JSON.parse(sessionStorage.getItem('octavo.new-piece') ?? '{}') as {
      piece: { image: { references: string[] } };
    };
    kept.piece.image.references = ['0198c0de-0000-7000-8000-000000000000'];
    sessionStorage.setItem('octavo.new-piece', JSON.stringify(kept));
  });
  await page.reload();
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByText('Something is not right yet.')).toBeVisible();
  await expect(page.getByRole('group', { name: /Images to work from/ })).toContainText('There is no such image');
});

test('registering without a word names every field at once', async ({ page }) => {
  await page.goto(`${usual}/register`);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Please fill this in')).toHaveCount(4);
  await expect(page.getByLabel('First name')).toBeFocused();
  await page.getByLabel('Password').fill('short');
  await page.getByLabel('E-mail').fill('nobody');
  await expect(page.getByText('At least 8 characters', { exact: true })).toBeVisible();
  await expect(page.getByText('This is not an e-mail address')).toBeVisible();
});

test('whoever has no provider is told where to connect one', async ({ page }) => {
  await register(page);
  await page.goto(`${usual}/new`);
  await page.getByRole('button', { name: 'How to connect a provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'How to connect a provider' });
  for (const name of ['XAI_API_KEY', 'GOOGLE_API_KEY', 'OPENROUTER_API_KEY', 'OPENAI_COMPATIBLE_BASE_URL'])
    await expect(dialog).toContainText(name);
  await expect(dialog).toContainText('Ask your administrator');
  await expect(dialog.getByRole('link')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('b');
  await expect(page.getByRole('heading', { name: 'Many pieces from one table' })).toBeVisible();
});

test('an admin is led to where a key is stored', async ({ page }) => {
  await page.goto(`${usual}/login`);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'New piece' }).first().click();
  await page.getByRole('button', { name: 'How to connect a provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'How to connect a provider' });
  await expect(dialog).toContainText('No restart needed.');
  await expectNoViolations(page);
  await dialog.getByRole('link', { name: 'Store a key' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Credentials' })).toBeVisible();
  await expect(dialog).toBeHidden();
  await page.goto(`${usual}/admin/providers`);
  await page
    .getByRole('main')
    .getByText('A key takes effect at once')
    .getByRole('link', { name: 'Credentials' })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'Credentials' })).toBeVisible();
});
