/** The driver's phone by itself: without a network, killed, given nonsense, and with its clock set wrong. */
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test';
import { CHROMIUM, FLAGS, HUB } from './places.ts';
import { arrive, ask, backOut, lorry, oldEnough, order, phase, refusal, signIn, type Vehicle } from './port.ts';

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, baseURL: HUB, locale: 'en-HK' };

/** A phone whose memory outlives its browser. */
async function switchedOn(memory: string): Promise<BrowserContext> {
  const phone = await chromium.launchPersistentContext(memory, {
    ...PHONE,
    executablePath: CHROMIUM,
    args: FLAGS,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  phone.setDefaultTimeout(20_000);
  return phone;
}

/** The order's link is opened and accepted. */
async function accepted(phone: BrowserContext, vehicle: Vehicle): Promise<Page> {
  const page = await phone.newPage();
  await page.goto(await order(vehicle));
  await page.getByRole('button', { name: 'Accept and continue' }).click();
  await expect(page.getByRole('link', { name: 'Start the declaration' })).toBeVisible();
  return page;
}

/** The app is on the phone for good: it opens without a network. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
}

async function fillPlates(page: Page, [first, second]: readonly [string, string]): Promise<void> {
  await page.goto('/#/declare/vehicle');
  await page.locator('input[name=plates-0-jurisdiction][value=CN]').check({ force: true });
  await page.getByLabel('Plate 1', { exact: true }).fill(first);
  if ((await page.getByLabel('Plate 2', { exact: true }).count()) === 0) {
    await page.getByRole('button', { name: 'Add a plate' }).click();
  }
  await page.locator('input[name=plates-1-jurisdiction][value=HK]').check({ force: true });
  await page.getByLabel('Plate 2', { exact: true }).fill(second);
}

async function fillHealth(page: Page): Promise<void> {
  await page.goto('/#/declare/people');
  await page.getByLabel('People in the vehicle').fill('2');
  await page.getByRole('radio', { name: 'No, all are well' }).check();
}

const platesOf = ({ plates }: Vehicle): [string, string] => [plates[0]?.text ?? '', plates[1]?.text ?? ''];

/** All answers stand in the form; returns with the page to submit them on screen. */
async function declared(page: Page, vehicle: Vehicle): Promise<void> {
  await fillPlates(page, platesOf(vehicle));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/declare\/people/);
  await fillHealth(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your answers' })).toBeVisible();
}

const submit = (page: Page): Promise<void> => page.getByRole('button', { name: 'Submit the declaration' }).click();

async function shownCode(page: Page): Promise<string> {
  await page.getByText('For the demo').click();
  await page.getByRole('button', { name: 'Copy code' }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Ids of all trips of a vehicle that were submitted, as the office sees them. */
async function submittedTrips(plate: string): Promise<string[]> {
  interface Row {
    node: { id: string; state: string; declaration: { plates: { text: string }[] } };
  }
  const trips = await ask<{ edges: Row[] }>(
    `{ trips(checkpointId: "liantang", first: 50) { edges { node { id state declaration { plates { text } } } } } }`,
    {},
    await signIn('OFFICER', 'officer-1'),
  );
  return trips.edges
    .filter(({ node }) => node.state !== 'DRAFT' && node.declaration.plates.some(({ text }) => text === plate))
    .map(({ node }) => node.id);
}

test('a declaration made without a network survives its browser and submits itself once', async ({}, info) => {
  const vehicle = lorry(901);
  const memory = info.outputPath('phone');
  let phone = await switchedOn(memory);
  let page = await accepted(phone, vehicle);
  await installed(page);
  await phone.setOffline(true);
  await fillPlates(page, platesOf(vehicle));
  await page.goto('/#/declare/load');
  await page.getByLabel('Goods').fill('Household goods, 12 pallets; typed and not confirmed');
  await phone.close();

  phone = await switchedOn(memory);
  await phone.setOffline(true);
  page = await phone.newPage();
  await page.goto('/#/declare/load');
  await expect(page.getByLabel('Goods')).toHaveValue('Household goods, 12 pallets; typed and not confirmed');
  await page.goto('/#/declare/vehicle');
  await expect(page.getByLabel('Plate 1', { exact: true })).toHaveValue(platesOf(vehicle)[0]);
  await declared(page, vehicle);
  await submit(page);
  await expect(page.getByText('Not confirmed yet')).toBeVisible();
  expect(await submittedTrips(platesOf(vehicle)[1])).toEqual([]);
  await phone.close();

  phone = await switchedOn(memory);
  page = await phone.newPage();
  await page.goto('/');
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
  expect(await submittedTrips(platesOf(vehicle)[1])).toHaveLength(1);
  await phone.close();
});

test('the code is there without a network after the phone was off, and a clock set back makes it stale', async ({}, info) => {
  const vehicle = lorry(902);
  const memory = info.outputPath('phone');
  let phone = await switchedOn(memory);
  let page = await accepted(phone, vehicle);
  await installed(page);
  await declared(page, vehicle);
  await submit(page);
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
  const goodSince = Date.now() - 60_000;
  await phone.close();

  phone = await switchedOn(memory);
  await phone.setOffline(true);
  page = await phone.newPage();
  await page.goto('/');
  await expect(page.getByRole('img', { name: /Code for/ })).toBeVisible();
  await expect(page.getByText('No connection: the code works all the same')).toBeVisible();
  const fresh = await shownCode(page);
  await page.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 120_000;
  });
  const copy = page.getByRole('button', { name: /Copy|Copied/ });
  await expect(async () => {
    await copy.click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).not.toBe(fresh);
  }).toPass();
  const stale = await page.evaluate(() => navigator.clipboard.readText());
  await oldEnough(goodSince);
  await arrive('liantang-3', vehicle);
  expect(await refusal('liantang-3', stale)).toBe('LIVE_STALE');
  await backOut('liantang-3');
  await phase('liantang-3', 'REST');
  await phone.close();
});

/** What is typed, where, and whether it can be declared so. */
const NONSENSE: [page: string, label: string, text: string, field: string][] = [
  ['vehicle', 'Plate 1', '🚛🚛🚛', 'plates-0-text'],
  ['vehicle', 'Plate 1', '<script>alert(1)</script>', 'plates-0-text'],
  ['vehicle', 'Plate 1', 'Z'.repeat(10_000), 'plates-0-text'],
  ['load', 'Container 1', '🚛'.repeat(11), 'containers-0-number'],
  ['load', 'Container 1', '<script>alert(1)</script>', 'containers-0-number'],
  ['load', 'Container 1', 'C'.repeat(10_000), 'containers-0-number'],
  ['people', "Driver's phone", '☎️', 'driverPhone'],
  ['people', "Driver's phone", '<script>alert(1)</script>', 'driverPhone'],
  ['people', "Driver's phone", '9'.repeat(10_000), 'driverPhone'],
  ['people', "Driver's name", 'W'.repeat(10_000), 'driverName'],
  ['people', 'People in the vehicle', '🧍', 'crew'],
  ['people', 'People in the vehicle', '9'.repeat(10_000), 'crew'],
  ['load', 'Goods', 'G'.repeat(10_000), 'goodsSummary'],
  ['load', 'Seals', '🔒<script>', 'containers-0-seals'],
];

test('nonsense in the declaration is answered at its field and nothing else is lost', async ({ browser }) => {
  test.setTimeout(240_000);
  const vehicle = lorry(905);
  const phone = await browser.newContext(PHONE);
  const page = await accepted(phone, vehicle);
  page.setDefaultTimeout(20_000);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await declared(page, vehicle);
  for (const [where, label, text, field] of NONSENSE) {
    await page.goto(`/#/declare/${where}`);
    const input = page.getByLabel(label, { exact: true });
    const before = await input.inputValue();
    await input.fill(text);
    await page.getByRole('button', { name: 'Continue' }).click();
    const sentence = page.locator(`#${field}-error`);
    const check = page.getByRole('button', { name: 'Submit the declaration' });
    await expect(sentence.or(check)).toBeVisible();
    if (await check.isVisible()) {
      await check.click();
      await expect(page.getByRole('alert')).toBeVisible();
      await page.getByRole('alert').getByRole('link').first().click();
    }
    await expect(sentence, `${label}: ${text.slice(0, 30)}`).toHaveText(/\S+ \S+/);
    await expect(input).not.toHaveValue('');
    await input.fill(before);
  }
  await page.goto('/#/declare/people');
  await page.getByLabel('People in the vehicle').fill('２');
  await page.goto('/#/declare/vehicle');
  await expect(page.getByLabel('Plate 1', { exact: true })).toHaveValue(platesOf(vehicle)[0]);
  const wide = platesOf(vehicle)[1].replace(/[0-9A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
  await page.getByLabel('Plate 2', { exact: true }).fill(wide);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your answers' })).toBeVisible();
  await submit(page);
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
  expect(dialogs).toEqual([]);
  expect(await submittedTrips(platesOf(vehicle)[1])).toHaveLength(1);
});
