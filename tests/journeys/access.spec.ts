/** Everybody can use the pages: no accessibility finding, nothing wider than its screen, targets a hand can hit. */
import { expect, test, type Browser } from '@playwright/test';
import { declares } from './driver.ts';
import { findings, fine, KIOSK, NARROW, opened, speak, TABLET, TARGETS, tooSmall, wider } from './looks.ts';
import { Phone } from './phone.ts';
import { AGENT } from './places.ts';
import { arrive, ask, lorry, order, phase, signIn } from './port.ts';

/** A file of one order in which every cell is wrong. */
const WRONG_ROW = Buffer.from(
  'reference,direction,checkpoint,goods,arrival_from,arrival_until,driver_name,driver_phone\n,up,Atlantis,=A1,soon,,,4E+10\n',
);

test("the driver's pages", async ({ browser }) => {
  const vehicle = lorry(911);
  const page = await opened(browser, NARROW, '/');
  await expect(page.getByRole('status')).toContainText('No trip');
  await fine(page, 'no trip', TARGETS.phone);
  await page.goto(await order(vehicle));
  await expect(page.getByRole('button', { name: 'Accept and continue' })).toBeVisible();
  await fine(page, 'link', TARGETS.phone);
  await page.getByRole('button', { name: 'Accept and continue' }).click();
  await expect(page.getByRole('link', { name: 'Start the declaration' })).toBeVisible();
  await fine(page, 'order', TARGETS.phone);
  for (const step of ['vehicle', 'load', 'crossing', 'people', 'check']) {
    await page.goto(`/#/declare/${step}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await fine(page, step, TARGETS.phone);
  }
  await page.getByRole('button', { name: 'Submit the declaration' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await fine(page, 'answers with failures', TARGETS.phone);
});

test("the driver's code and way", async ({ browser }) => {
  const page = await opened(browser, NARROW, '/');
  await declares(page, lorry(912), 'No, all are well');
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
  await page.getByText('For the demo').click();
  await fine(page, 'code', TARGETS.phone);
  await page.getByRole('link', { name: 'How my trip is going' }).click();
  await expect(page.getByRole('button', { name: 'Withdraw the trip' })).toBeVisible();
  await fine(page, 'way', TARGETS.phone);
});

test("the carrier's pages, the demo's and the rules, on a phone and on a tablet", async ({ browser }) => {
  for (const [screen, least] of [[NARROW, TARGETS.phone], [TABLET, TARGETS.tablet]] as const) {
    const page = await opened(browser, screen, '/carrier/');
    await expect(page.getByRole('button', { name: /Hengtong/ })).toBeVisible();
    await fine(page, 'carrier, sign-in', least);
    await page.getByRole('button', { name: /Hengtong/ }).click();
    await expect(page.getByRole('link', { name: 'New work order' }).first()).toBeVisible();
    await fine(page, 'carrier, orders', least);
    await page.getByRole('link', { name: 'New work order' }).first().click();
    await page.getByRole('button', { name: "Create and get the driver's link" }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await fine(page, 'carrier, order with failures', least);
    await page.goto('/carrier/#/import');
    await expect(page.getByRole('heading', { name: 'Work orders from a file' })).toBeVisible();
    await fine(page, 'carrier, import', least);
    await page.locator('input[type=file]').setInputFiles({ name: 'wrong.csv', mimeType: 'text/csv', buffer: WRONG_ROW });
    await expect(page.getByText('Rows with errors: 1')).toBeVisible();
    await fine(page, 'carrier, import with errors', least);
    await page.goto('/demo/');
    await page.locator('summary', { hasText: 'More' }).click();
    await expect(page.getByRole('link', { name: 'Lane 1' })).toBeVisible();
    await fine(page, 'demo', least);
    await page.goto('/rules/');
    await page.getByRole('searchbox', { name: 'Search' }).fill('ISO 17712');
    await expect(page.getByRole('heading', { name: 'A container declared loaded is sealed.' })).toBeHidden();
    await expect(page.getByRole('heading', { name: 'A seal is stated once, on one container.' })).toBeVisible();
    await fine(page, 'rules', least);
  }
});

/** A trip that an officer has to look at, because somebody on board is unwell; returns its id. */
async function underReview(browser: Browser): Promise<string> {
  const page = await opened(browser, NARROW, '/');
  await declares(page, lorry(923), 'Yes, someone is unwell');
  await expect(page.getByText('An officer is looking at your declaration', { exact: false })).toBeVisible();
  await fine(page, 'way, under review', TARGETS.phone);
  const queue = await ask<{ edges: { node: { trip: { id: string } } }[] }>(
    `{ reviewQueue(checkpointId: "liantang", first: 50) { edges { node { trip { id } } } } }`,
    {},
    await signIn('OFFICER', 'officer-1'),
  );
  const tripId = queue.edges.at(-1)?.node.trip.id;
  if (!tripId) throw new Error('no trip waits for an officer');
  return tripId;
}

test("the officer's and the agencies' pages", async ({ browser }) => {
  test.setTimeout(240_000);
  const tripId = await underReview(browser);
  const page = await opened(browser, TABLET, '/officer/');
  await expect(page.getByRole('button', { name: /Officer Wong/ })).toBeVisible();
  await fine(page, 'officer, sign-in', TARGETS.tablet);
  await page.getByRole('button', { name: /Officer Wong/ }).click();
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible();
  await fine(page, 'board', TARGETS.tablet);
  for (const name of ['review', 'trips', 'search', 'events']) {
    await page.goto(`/officer/#/${name}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await fine(page, name, TARGETS.tablet);
  }
  await page.goto(`/officer/#/review/${tripId}`);
  await page.getByRole('button', { name: 'Reject' }).click();
  await fine(page, 'review, reason missing', TARGETS.tablet);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await page.goto(`/officer/#/trips/${tripId}`);
  await page.locator('summary', { hasText: 'Revoke the code' }).click();
  await fine(page, 'code, to be revoked', TARGETS.tablet);

  const agency = await opened(browser, TABLET, '/officer/');
  await agency.getByRole('button', { name: /Customs/ }).first().click();
  await expect(agency.getByRole('heading', { level: 1 })).toBeVisible();
  await fine(agency, 'agency', TARGETS.tablet);
  await agency.goto(`/officer/#/review/${tripId}`);
  await agency.locator('summary', { hasText: 'Hold' }).click();
  await fine(agency, 'agency, hold', TARGETS.tablet);
});

test("a vehicle at a bay, on the lane's screen, the driver's and the officer's", async ({ browser }) => {
  const vehicle = lorry(914);
  const phone = await Phone.declared(vehicle);
  const kiosk = await opened(browser, KIOSK, `${AGENT}/lane/liantang-2/`);
  const officer = await opened(browser, TABLET, '/officer/');
  await officer.getByRole('button', { name: /Officer Wong/ }).click();
  await kiosk.getByRole('button', { name: 'English' }).click();
  await arrive('liantang-2', { ...vehicle, plates: lorry(88).plates }, await phone.code());
  await expect(kiosk.getByText('Drive to bay')).toBeVisible({ timeout: 40_000 });
  expect(await findings(kiosk)).toEqual([]);
  expect(await tooSmall(kiosk, TARGETS.kiosk)).toEqual([]);
  await phase('liantang-2', 'REST');
  await officer.getByText(vehicle.plates[1]?.text.replace(/(\D)(\d)/, '$1 $2') ?? '').first().click();
  await expect(officer.getByText('Mismatch').first()).toBeVisible();
  await fine(officer, 'passage at a bay', TARGETS.tablet);
  await officer.getByLabel('Reason').fill('Papers seen.');
  await officer.getByRole('button', { name: 'Release' }).click();
  await officer.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await officer.getByRole('button', { name: 'It has left the bay' }).click();
  await expect(officer.getByRole('button', { name: 'It has left the bay' })).toBeHidden();
});

test("the lane's screen at rest, in three languages", async ({ browser }) => {
  const kiosk = await opened(browser, KIOSK, `${AGENT}/lane/liantang-1/`);
  for (const [language, words] of [['English', 'Show your code'], ['简体', '请出示通关码'], ['繁體', '請出示通關碼']] as const) {
    await speak(kiosk, language);
    await expect(kiosk.getByRole('heading', { level: 1 })).toHaveText(words);
    expect(await findings(kiosk), language).toEqual([]);
    expect(await wider(kiosk), language).toBe(0);
    expect(await tooSmall(kiosk, TARGETS.kiosk), language).toEqual([]);
  }
});
