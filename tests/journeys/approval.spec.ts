/** Each way through approval, on the screens of who takes part, and at the lane where it ends there. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { declares } from './driver.ts';
import { fine, opened, TABLET, TARGETS } from './looks.ts';
import { Phone } from './phone.ts';
import { HUB } from './places.ts';
import { arrive, lorry, openings, phase, type Lane, type Vehicle } from './port.ts';

const POCKET = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  baseURL: HUB,
  permissions: ['clipboard-read', 'clipboard-write'],
};
const LANE: Lane = 'liantang-3';
const UNWELL = 'Yes, someone is unwell';
/** What quarantine is asked about; nobody answers for it in these journeys. */
const VEGETABLES = {
  goodsItems: [
    { description: 'Vegetables', hsCode: '070490', packages: 800, packageKind: 'CT', grossWeightKg: 8000, originCountry: 'CN' },
  ],
  parties: [
    { role: 'CONSIGNOR', name: 'Huizhou Growers', country: 'CN' },
    { role: 'CONSIGNEE', name: 'Sheung Shui Market', country: 'HK' },
  ],
};

const plateOf = (vehicle: Vehicle): string => (vehicle.plates[1]?.text ?? '').replace(/(\D)(\d)/, '$1 $2');

/** The driver's phone after he has declared. */
async function driver(browser: Browser, vehicle: Vehicle, health: string): Promise<Page> {
  const page = await opened(browser, POCKET, '/');
  await declares(page, vehicle, health);
  return page;
}

async function desk(browser: Browser, person: RegExp): Promise<Page> {
  const page = await opened(browser, TABLET, '/officer/');
  await page.getByRole('button', { name: person }).first().click();
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible();
  return page;
}

/** Opens the vehicle's trip from the officer's review queue. */
async function review(officer: Page, vehicle: Vehicle): Promise<void> {
  await officer.goto('/officer/#/review');
  await officer.locator('a', { hasText: plateOf(vehicle) }).click();
}

async function approve(officer: Page): Promise<void> {
  await officer.getByRole('button', { name: 'Approve' }).click();
  await officer.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(officer.getByText(/Approved by Officer/).first()).toBeVisible();
}

/** The agency, which has cleared the trip before, holds it after all. */
async function hold(agency: Page, vehicle: Vehicle, kind: string, reason: string): Promise<void> {
  await agency.getByRole('button', { name: /^Cleared/ }).click();
  await agency.locator('a', { hasText: plateOf(vehicle) }).click();
  await agency.locator('summary', { hasText: 'Hold' }).click();
  await agency.getByRole('radio', { name: kind }).check();
  await agency.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(agency.getByText('Write one sentence saying why.')).toBeVisible();
  await agency.getByLabel('Reason').fill(reason);
  await agency.getByLabel('Legal reference').fill('Cap. 109 s.11');
  await agency.getByLabel('Order of the visit').fill('1');
  await agency.getByRole('button', { name: 'Hold', exact: true }).click();
  await agency.getByRole('dialog').getByRole('button', { name: 'Hold' }).click();
  await expect(agency.getByRole('button', { name: 'Lift the hold' })).toBeVisible();
}

/** The text behind the QR, as the demo's copy button gives it. */
async function shownCode(phone: Page): Promise<string> {
  await phone.getByText('For the demo').click({ timeout: 60_000 });
  await phone.getByRole('button', { name: 'Copy code' }).click();
  return phone.evaluate(() => navigator.clipboard.readText());
}

/** The lane opens for the code. */
async function passes(vehicle: Vehicle, code: string): Promise<void> {
  const before = await openings(LANE);
  await arrive(LANE, vehicle, code);
  await expect.poll(() => openings(LANE), { timeout: 40_000 }).toBe(before + 1);
  await phase(LANE, 'REST');
}

/** The lane sends the vehicle to a bay because an agency holds it, and opens no barrier. */
async function goesToABay(vehicle: Vehicle, code: string): Promise<void> {
  const before = await openings(LANE);
  await arrive(LANE, vehicle, code);
  const shown = await phase(LANE, 'BAY');
  expect(shown.reasons.map((reason) => reason.code)).toContain('HOLD_AT_BAY');
  await phase(LANE, 'REST');
  expect(await openings(LANE)).toBe(before);
}

/** Once the agency has lifted its hold, the officer releases the vehicle at its bay, and the bay is free again. */
async function leavesTheBay(officer: Page, agency: Page, vehicle: Vehicle): Promise<void> {
  await agency.getByRole('button', { name: 'Lift the hold' }).click();
  await expect(agency.getByRole('button', { name: 'Lift the hold' })).toBeHidden();
  await officer.goto('/officer/#/board');
  await officer.getByText(plateOf(vehicle)).first().click();
  await officer.getByLabel('Reason').fill('Seen at the bay.');
  await officer.getByRole('button', { name: 'Release' }).click();
  await officer.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await officer.getByRole('button', { name: 'It has left the bay' }).click();
  await expect(officer.getByRole('button', { name: 'It has left the bay' })).toBeHidden();
}

test('rules approve what every agency has cleared, say so to the driver, and the lane opens', async ({ browser }) => {
  const vehicle = lorry(401);
  const phone = await driver(browser, vehicle, 'No, all are well');
  const code = await shownCode(phone);
  await phone.getByRole('link', { name: 'How my trip is going' }).click();
  await phone.locator('summary', { hasText: 'Why?' }).click();
  await expect(phone.getByText('Every agency has cleared the trip.')).toBeVisible();
  await fine(phone, 'why', TARGETS.phone);
  await passes(vehicle, code);
});

test('an officer asks, the driver answers without a network in between, the officer approves', async ({ browser }) => {
  const vehicle = lorry(422);
  const phone = await driver(browser, vehicle, UNWELL);
  await expect(phone.getByText('An officer is looking at your declaration', { exact: false })).toBeVisible();
  const officer = await desk(browser, /Officer Wong/);
  await review(officer, vehicle);
  await expect(officer.getByText('The driver declares a fever in the vehicle.').first()).toBeVisible();
  await officer.locator('summary', { hasText: 'Ask the driver' }).click();
  await officer.getByRole('button', { name: 'Send the question' }).click();
  await expect(officer.getByText('Write the question first.')).toBeVisible();
  await officer.getByLabel('Usual questions').selectOption('seal');
  await fine(officer, 'question', TARGETS.tablet);
  await officer.getByRole('button', { name: 'Send the question' }).click();
  await expect(officer.getByRole('button', { name: 'Approve' })).toBeDisabled();
  await expect(officer.getByText('A question to the driver is open', { exact: false })).toBeVisible();

  await expect(phone.getByText('Which number is on the seal, and is it whole?')).toBeVisible();
  await expect(phone.getByText('Your trip waits for your answer', { exact: false })).toBeVisible();
  await phone.getByRole('button', { name: 'Send the answer' }).click();
  await expect(phone.getByText('Write your answer first.')).toBeVisible();
  await fine(phone, 'question to answer', TARGETS.phone);
  await phone.context().setOffline(true);
  await phone.getByLabel('Your answer').fill('HT123456, and it is whole.');
  await phone.getByRole('button', { name: 'Send the answer' }).click();
  await expect(phone.getByText('Your answer is kept on this phone', { exact: false })).toBeVisible();
  await expect(phone.getByLabel('Your answer')).toHaveValue('HT123456, and it is whole.');
  await phone.context().setOffline(false);
  await phone.getByRole('button', { name: 'Send the answer' }).click();

  await expect(officer.getByText('HT123456, and it is whole.')).toHaveCount(1);
  await approve(officer);
  await officer.locator('summary', { hasText: 'How it came about' }).click();
  await expect(officer.getByText('The driver answered', { exact: true })).toBeVisible();
  await fine(officer, 'explained', TARGETS.tablet);
  await passes(vehicle, await shownCode(phone));
});

test('an officer withdraws his question and rejects with a reason that the driver reads', async ({ browser }) => {
  const vehicle = lorry(403);
  const phone = await driver(browser, vehicle, UNWELL);
  const officer = await desk(browser, /Officer Li/);
  await review(officer, vehicle);
  await officer.locator('summary', { hasText: 'Ask the driver' }).click();
  await officer.getByLabel('Question', { exact: true }).fill('Who is unwell?');
  await officer.getByRole('button', { name: 'Send the question' }).click();
  await expect(phone.getByText('Who is unwell?')).toBeVisible();
  await officer.getByRole('button', { name: 'Withdraw the question' }).click();
  await expect(phone.getByText('Who is unwell?')).toBeHidden();
  await officer.getByRole('button', { name: 'Reject' }).click();
  await expect(officer.getByText('Write one sentence the driver can act on.')).toBeVisible();
  await officer.getByLabel('Note or reason').fill('See a doctor first, then declare again.');
  await officer.getByRole('button', { name: 'Reject' }).click();
  await officer.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
  await expect(phone.getByText('See a doctor first, then declare again.').first()).toBeVisible();
});

test('a hold before arrival keeps the officer from approving until the agency lifts it', async ({ browser }) => {
  const vehicle = lorry(404);
  const phone = await driver(browser, vehicle, UNWELL);
  const customs = await desk(browser, /Customs/);
  await hold(customs, vehicle, 'Hold before arrival', 'The packing list is missing.');
  await fine(customs, 'held by the agency', TARGETS.tablet);
  await expect(phone.getByText('Held by Customs')).toBeVisible();
  await expect(phone.getByText('The packing list is missing.')).toBeVisible();
  await expect(phone.getByText('Legal reference: Cap. 109 s.11')).toBeVisible();
  await fine(phone, 'held before arrival', TARGETS.phone);
  const officer = await desk(browser, /Officer Wong/);
  await review(officer, vehicle);
  await expect(officer.getByText('Customs holds the vehicle before arrival', { exact: false })).toBeVisible();
  await expect(officer.getByRole('button', { name: 'Approve' })).toBeDisabled();
  await customs.getByRole('button', { name: 'Lift the hold' }).click();
  await expect(phone.getByText('Held by Customs')).toBeHidden();
  await approve(officer);
  await passes(vehicle, await shownCode(phone));
});

test('a hold at the bay lets the vehicle come, and the lane sends it to a bay', async ({ browser }) => {
  const vehicle = lorry(428);
  const phone = await driver(browser, vehicle, UNWELL);
  const customs = await desk(browser, /Customs/);
  await hold(customs, vehicle, 'Hold at the bay', 'The load is to be seen.');
  await expect(phone.getByText('Once you have your code, drive to the checkpoint', { exact: false })).toBeVisible();
  const officer = await desk(browser, /Officer Wong/);
  await review(officer, vehicle);
  await expect(officer.getByRole('heading', { name: 'Order of visits' })).toBeVisible();
  await approve(officer);
  await goesToABay(vehicle, await shownCode(phone));
  await leavesTheBay(officer, customs, vehicle);
});

test('an agency that is silent leaves the decision and the inspection to an officer', async ({ browser }) => {
  const vehicle = lorry(406);
  const phone = await Phone.declared(vehicle, 'SOUTHBOUND', VEGETABLES);
  const officer = await desk(browser, /Officer Li/);
  await review(officer, vehicle);
  await expect(officer.getByText('Animal and plant quarantine did not answer in time; an officer must decide.').first()).toBeVisible();
  await officer.getByRole('button', { name: 'Approve' }).click();
  await expect(officer.getByText('Say whether the vehicle is to be inspected.')).toBeVisible();
  await fine(officer, 'silence', TARGETS.tablet);
  await officer.getByRole('radio', { name: 'No inspection' }).check();
  await approve(officer);
  await passes(vehicle, await phone.code());
});

test('a hold after the approval reaches the lane before the vehicle does', async ({ browser }) => {
  const vehicle = lorry(409);
  const phone = await driver(browser, vehicle, 'No, all are well');
  const code = await shownCode(phone);
  const health = await desk(browser, /Health/);
  await hold(health, vehicle, 'Hold at the bay', 'The vehicle is to be disinfected.');
  await phone.getByRole('link', { name: 'How my trip is going' }).click();
  await expect(phone.getByText('Held by Health')).toBeVisible();
  await goesToABay(vehicle, code);
  await leavesTheBay(await desk(browser, /Officer Wong/), health, vehicle);
});

test('the figures tell an officer how many trips were decided without a human, and how fast', async ({ browser }) => {
  await (await Phone.declared(lorry(430))).voucher();
  const officer = await desk(browser, /Officer Wong/);
  await officer.getByRole('link', { name: 'Figures' }).click();
  await expect(officer.getByText('Decided without a human').first()).toBeVisible();
  await expect(officer.getByRole('row', { name: /Every agency has cleared the trip/ })).toBeVisible();
  await expect(officer.getByRole('row', { name: /^Customs/ })).toBeVisible();
  await fine(officer, 'figures', TARGETS.tablet);
});
