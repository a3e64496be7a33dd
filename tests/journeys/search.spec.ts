/** An officer finds a trip by whatever he has of it, with the keyboard alone, and reads why; what he sees is recorded. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Phone } from './phone.ts';
import { HUB } from './places.ts';
import { arrive, ask, backOut, lorry, phase, signIn } from './port.ts';

const DESKTOP = { viewport: { width: 1366, height: 768 }, baseURL: HUB, locale: 'en-HK' };

async function atSearch(page: Page): Promise<void> {
  await page.goto('/officer/');
  await page.getByRole('button', { name: /Officer Wong/ }).click();
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible();
}

interface Disclosed {
  edges: { node: { asked: string[]; tripIds: string[]; found: number | null } }[];
}

async function record(): Promise<Disclosed['edges'][number]['node'][]> {
  const { edges } = await ask<Disclosed>(
    '{ disclosures(readerId: "officer-1", first: 100) { edges { node { asked tripIds found } } } }',
    {},
    await signIn('AUDITOR', 'auditor-1'),
  );
  return edges.map(({ node }) => node);
}

test('a slash, a few characters, an arrow and Enter open the trip', async ({ browser }) => {
  const vehicle = lorry(941);
  const phone = await Phone.declared(vehicle);
  const page = await (await browser.newContext(DESKTOP)).newPage();
  await atSearch(page);

  await page.keyboard.press('/');
  const field = page.getByRole('searchbox');
  await expect(field).toBeFocused();
  await expect(page.getByText('What you can search for')).toBeVisible();

  await page.keyboard.type('yue z d941');
  const row = page.locator(`a[href="#/search/${phone.tripId}"]`);
  await expect(row).toBeVisible();
  await expect(row.locator('..')).toContainText('Plate 粤Z·D941港');
  await page.keyboard.press('ArrowDown');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Trip' })).toContainText('Wong Ka Ming');

  await page.keyboard.press('/');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('yue z d941');
  await page.keyboard.type('no such driver');
  await expect(page.getByText('No trip fits “no such driver”')).toBeVisible();
  await field.fill('CL1:0000');
  await expect(page.locator('#search-text-error')).toBeVisible();
  await expect(field).toHaveValue('CL1:0000');

  const rows = await record();
  expect(rows.some(({ asked, tripIds }) => asked.includes('tripReview') && tripIds.includes(phone.tripId))).toBe(true);
  expect(rows.some(({ asked, found }) => asked.includes('searchTrips') && found === 0)).toBe(true);
});

test('a vehicle in the lane is found by its driver\'s phone on a touch screen, offline is said and nothing typed is lost', async ({
  browser,
}) => {
  const vehicle = lorry(942);
  const phone = await Phone.declared(vehicle);
  await arrive('liantang-3', { ...vehicle, plates: lorry(77).plates }, await phone.code());
  const context = await browser.newContext({ ...DESKTOP, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await atSearch(page);
  await page.getByRole('link', { name: 'Search' }).tap();
  const field = page.getByRole('searchbox');
  await field.fill('2942');
  await expect(page.getByText('At the checkpoint now')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.locator(`a[href="#/search/${phone.tripId}"]`).tap();
  await page.getByRole('link', { name: 'It is at the checkpoint now: open its passage' }).tap();
  await expect(page.getByText('Declared and read')).toBeVisible();
  // What another plate was read in can be looked at where it is named.
  await expect(page.getByRole('img', { name: /^Part of the lane picture, read as / }).first()).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.goBack();
  await page.goBack();
  await expect(field).toHaveValue('2942');
  await context.setOffline(true);
  await field.fill('29421');
  await expect(page.getByText('No connection')).toBeVisible();
  await expect(field).toHaveValue('29421');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).tap();
  await expect(page.getByText('No trip fits “29421”')).toBeVisible();
  await backOut('liantang-3');
  await phase('liantang-3', 'REST');
});

test('the auditor sees who searched and who opened, finds a search by its words, and no name stands on his page', async ({
  browser,
}) => {
  const officer = await signIn('OFFICER', 'officer-2');
  await ask('{ searchTrips(text: "somebody unheard of") { kinds } }', {}, officer);
  const page = await (await browser.newContext(DESKTOP)).newPage();
  await page.goto('/officer/');
  await page.getByRole('button', { name: /Auditor Ho/ }).click();
  await expect(page.getByText('Officer Li').first()).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByLabel('Show', { exact: true }).selectOption('question');
  await page.getByLabel('Words, in any spelling').fill('SOMEBODY, unheard of');
  await page.getByRole('button', { name: 'Look' }).click();
  await expect(page.getByText('Nothing recorded')).toBeVisible();
  await page.getByLabel('Words, in any spelling').fill('SOMEBODY unheard-of');
  await page.getByRole('button', { name: 'Look' }).click();
  await expect(page.getByText('Officer Li')).toHaveCount(1);
  await expect(page.getByText('trips shown: 0')).toBeVisible();
  await expect(page.getByText('unheard')).toHaveCount(0);
});
