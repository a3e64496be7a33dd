/** Reference shots: every page in three languages, light and dark, on the screen it is used on; to be looked at. */
import { expect, test } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { TAKEN, withQuietCamera } from './taking.ts';

const FOLDER = path.join(TAKEN, 'shots');
const LOCALES = ['en-HK', 'zh-CN', 'zh-HK'];
const PHONE = { width: 390, height: 844 };
const TABLET = { width: 1180, height: 820 };
const LAPTOP = { width: 1366, height: 768 };
const PAGES = [
  ['demo', '/demo/', LAPTOP],
  ['demo-wide', '/demo/', { width: 2560, height: 1080 }],
  ['rules', '/rules/', PHONE],
  ['driver', '/', PHONE],
  ['carrier', '/carrier/', TABLET],
  ['carrier-import', '/carrier/#/import', TABLET],
  ['officer-board', '/officer/#/board', TABLET],
  ['officer-review', '/officer/#/review', TABLET],
  ['officer-trips', '/officer/#/trips', TABLET],
  ['officer-search', '/officer/#/search', TABLET],
  ['officer-figures', '/officer/#/figures', TABLET],
  ['officer-events', '/officer/#/events', TABLET],
] as const;

test('every page, in three languages, light and dark', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await withQuietCamera();
  const first = await browser.newPage({ viewport: LAPTOP, locale: 'en-HK', timezoneId: 'Asia/Hong_Kong' });
  await first.goto('/demo/');
  await first.getByRole('button', { name: /Agency holds it/ }).click();
  // the vehicle stays at its bay: so the board, the phone and the lane have something to show
  await expect(first.getByRole('button', { name: 'Customs has looked: lift the hold' })).toBeVisible({ timeout: 120_000 });
  const storageState = await first.context().storageState({ indexedDB: true });
  await first.close();
  for (const locale of LOCALES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [name, address, viewport] of PAGES) {
        const page = await browser.newPage({ storageState, viewport, locale, colorScheme, timezoneId: 'Asia/Hong_Kong' });
        await page.goto(address);
        await expect(page.locator('main').first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: path.join(FOLDER, `${name}-${locale}-${colorScheme}.png`) });
        await page.context().close();
      }
    }
  }
  await browser.close();
});
