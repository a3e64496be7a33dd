/** A code on paper: the question, the sheet, lanes that take it and lanes that do not, and the way back to the phone. */
import { expect, test, type Page } from '@playwright/test';
import { declares } from './driver.ts';
import { fine, KIOSK, NARROW, opened, TARGETS } from './looks.ts';
import { AGENT } from './places.ts';
import { arrive, backOut, lorry, openings, phase, refusal, type Lane, type Vehicle } from './port.ts';

const PAPER: Lane = 'liantang-3';
const NO_PAPER: Lane = 'liantang-1';

/** The text of the QR code that stands on the page now. */
async function qr(page: Page): Promise<string> {
  const code = page.locator('svg[data-code]');
  await expect(code).toBeVisible({ timeout: 60_000 });
  return (await code.getAttribute('data-code')) ?? '';
}

/** Declares on the driver's page and waits for the code. */
async function withCode(page: Page, vehicle: Vehicle): Promise<string> {
  await declares(page, vehicle, 'No, all are well');
  return qr(page);
}

/** The lane refuses the code with this reason, and no barrier moves. */
async function refused(lane: Lane, vehicle: Vehicle, code: string, reason: string): Promise<void> {
  const before = await openings(lane);
  await arrive(lane, vehicle);
  expect(await refusal(lane, code)).toBe(reason);
  expect(await openings(lane)).toBe(before);
  await backOut(lane);
  await phase(lane, 'REST');
}

test('a driver prints his code after a question, and the sheet opens the one lane that takes paper, once', async ({
  browser,
}) => {
  const vehicle = lorry(931);
  const page = await opened(browser, NARROW, '/');
  const screen = await withCode(page, vehicle);

  await page.getByRole('link', { name: 'Print the code' }).click();
  await expect(page.getByRole('heading', { name: 'Put your code on paper?' })).toBeVisible();
  await expect(page.getByText('Paper is taken at lane 3 only', { exact: false })).toBeVisible();
  await fine(page, 'print, the question', TARGETS.phone);
  await page.getByRole('link', { name: 'Keep it on the phone' }).click();
  expect((await qr(page)).slice(0, 200)).toBe(screen.slice(0, 200));

  await page.getByRole('link', { name: 'Print the code' }).click();
  await page.getByRole('button', { name: 'Yes, put it on paper' }).click();
  const sheet = page.getByRole('article', { name: 'The sheet as it is printed' });
  await expect(sheet).toContainText('Good for one crossing only');
  await expect(sheet).toContainText('僅限過關一次');
  await expect(sheet).toContainText('UP 2931');
  const paper = await qr(page);
  expect(paper).not.toBe(screen);
  await fine(page, 'print, the sheet', TARGETS.phone);

  await page.emulateMedia({ media: 'print' });
  await expect(sheet).toBeVisible();
  await expect(page.getByRole('button', { name: 'Print', exact: true })).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await page.emulateMedia({ media: null });
  for (const [size, label] of Object.entries({ A4: 'A4', A6: 'A6 (small)' })) {
    await page.getByRole('radio', { name: label }).check();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g), `${size}: pages`).toHaveLength(1);
  }

  await refused(PAPER, vehicle, screen, 'CODE_SUPERSEDED');
  await refused(NO_PAPER, vehicle, paper, 'CODE_PRINT_NOT_ACCEPTED');
  const before = await openings(PAPER);
  await arrive(PAPER, vehicle, paper);
  await expect.poll(() => openings(PAPER), { timeout: 40_000 }).toBe(before + 1);
  await phase(PAPER, 'REST');
  await refused(PAPER, vehicle, paper, 'CODE_SPENT');
});

test('back on the phone the paper has ended, and what is there without a network is still there', async ({ browser }) => {
  const vehicle = lorry(932);
  const page = await opened(browser, NARROW, '/');
  await withCode(page, vehicle);
  await page.goto('/#/print');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Yes, put it on paper' }).click();
  await expect(page.getByRole('alert')).toContainText('Your code on this phone still works');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Yes, put it on paper' }).click();
  await expect(page.getByRole('heading', { name: 'Your code is on paper' })).toBeVisible();
  const paper = await qr(page);
  await page.getByRole('button', { name: 'Use the phone again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use the phone again' }).click();
  await expect(page.getByRole('heading', { name: 'Your code', exact: true })).toBeAttached();
  const live = await qr(page);
  expect(live.length).toBeGreaterThan(paper.length);
  await refused(PAPER, vehicle, paper, 'CODE_SUPERSEDED');
});

test('the lane that takes paper says so on its screen, and no other', async ({ browser }) => {
  for (const [lane, times] of [
    [PAPER, 1],
    [NO_PAPER, 0],
  ] as const) {
    const page = await opened(browser, KIOSK, `${AGENT}/lane/${lane}/`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('Printed codes are accepted here')).toHaveCount(times);
    await page.context().close();
  }
});
