/** One truck, one stop, one code: from the carrier's order to the open barrier, all of it on screens. */
import { chromium, expect, test, type Browser, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { AGENT, CHROMIUM, FLAGS, HUB, PYTHON, ROOT } from './places.ts';
import { arrive, backOut, events, lorry, openings, phase, phoneOf, refusal } from './port.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const TABLET = { viewport: { width: 1024, height: 768 } };
const KIOSK = { viewport: { width: 1080, height: 1920 } };

/** The carrier creates an order on his page; returns the driver's link. */
async function carrierSends(page: Page, container: string, driver: string): Promise<string> {
  await page.goto('/carrier/');
  await page.getByRole('button', { name: /Hengtong/ }).click();
  await page.getByRole('link', { name: 'New work order' }).first().click();
  await page.getByLabel('Your reference').fill('WAY-1');
  await page.getByRole('radio', { name: /Hong Kong/ }).first().check();
  await page.getByLabel('Goods').fill('Household goods, 12 pallets');
  if ((await page.getByLabel('Container 1').count()) === 0) {
    await page.getByRole('button', { name: 'Add a container' }).click();
  }
  await page.getByLabel('Container 1').fill(container);
  await page.getByLabel('Seals').fill('HT123456');
  await page.getByLabel("Driver's name").fill('Wong Ka Ming');
  await page.getByLabel("Driver's phone").fill(driver);
  await page.getByRole('button', { name: "Create and get the driver's link" }).click();
  const link = await page.getByRole('link', { name: /open/ }).getAttribute('href');
  expect(link).toContain('/#/open/');
  return link ?? '';
}

/** The driver opens the link, adds what is missing, submits, and gets to the code; returns the code's text. */
async function driverDeclares(page: Page, link: string, plates: [string, string]): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Accept and continue' }).click();
  await page.getByRole('link', { name: 'Start the declaration' }).click();
  await page.locator('input[name=plates-0-jurisdiction][value=CN]').check({ force: true });
  await page.getByLabel('Plate 1', { exact: true }).fill(plates[0]);
  if ((await page.getByLabel('Plate 2', { exact: true }).count()) === 0) {
    await page.getByRole('button', { name: 'Add a plate' }).click();
  }
  await page.locator('input[name=plates-1-jurisdiction][value=HK]').check({ force: true });
  await page.getByLabel('Plate 2', { exact: true }).fill(plates[1]);
  const submit = page.getByRole('button', { name: 'Submit the declaration' });
  await expect(async () => {
    if (await submit.isVisible()) return;
    const crew = page.getByLabel('People in the vehicle');
    if (await crew.isVisible()) {
      await crew.fill('1');
      await page.getByRole('radio', { name: 'No, all are well' }).check();
    }
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(submit).toBeVisible({ timeout: 1000 });
  }).toPass();
  await submit.click();
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
}

/** The text behind the QR on the phone, as the demo's copy button gives it. */
async function shownCode(page: Page): Promise<string> {
  await page.getByText('For the demo').click();
  await page.getByRole('button', { name: 'Copy code' }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** A browser whose camera sees a phone with this code. */
async function kioskSeeing(code: string, name: string): Promise<Browser> {
  const film = path.join(ROOT, '.clearlane', 'results', `${name}.mjpeg`);
  execFileSync(PYTHON, ['-m', 'tests.journeys.camera', code, film], { cwd: ROOT });
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...FLAGS,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
}

test('a clean vehicle goes from the order to the open barrier with one code', async ({ browser }) => {
  const vehicle = lorry(1);
  const officer = await (await browser.newContext(TABLET)).newPage();
  await officer.goto('/officer/');
  await officer.getByRole('button', { name: /Officer Wong/ }).click();
  await expect(officer.getByText('Live', { exact: true }).first()).toBeVisible();

  const carrier = await (await browser.newContext()).newPage();
  const link = await carrierSends(carrier, 'CSQU3054383', phoneOf(vehicle));

  const pocket = await browser.newContext({ ...PHONE, baseURL: HUB });
  await pocket.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: HUB });
  const phone = await pocket.newPage();
  await driverDeclares(phone, link, [vehicle.plates[0]?.text ?? '', vehicle.plates[1]?.text ?? '']);
  const code = await shownCode(phone);
  expect(code).toMatch(/^CL1:/);

  const before = await openings('liantang-1');
  await arrive('liantang-1', vehicle);
  const lane = await kioskSeeing(code, 'clean');
  const kiosk = await (await lane.newContext({ ...KIOSK, permissions: ['camera'] })).newPage();
  await kiosk.goto(`${AGENT}/lane/liantang-1/`);
  await kiosk.getByRole('button', { name: 'English' }).click();
  await expect(kiosk.getByText('Go', { exact: true })).toBeVisible({ timeout: 40_000 });
  await expect(kiosk.getByText(/粤Z/).first()).toBeVisible();
  await expect(officer.getByText('Vehicle released').or(officer.getByText('Released')).first()).toBeVisible();
  await expect.poll(() => openings('liantang-1')).toBe(before + 1);

  // The camera still sees the code while the vehicle drives off; the lane must not open for it again.
  await phase('liantang-1', 'REFUSED');
  await expect(kiosk.getByText(/This code was already used|该通关码已使用/)).toBeVisible();
  await lane.close();
  expect(await openings('liantang-1')).toBe(before + 1);
  await expect(phone.getByText('You have crossed').first()).toBeVisible();

  const kinds = (await events()).map(({ kind }) => kind);
  for (const kind of ['passage.opened', 'passage.released', 'barrier.opened', 'passage.exited', 'scan.refused']) {
    expect(kinds).toContain(kind);
  }
  await backOut('liantang-1');
  expect(await refusal('liantang-2', code)).toBe('CODE_SPENT');
});
