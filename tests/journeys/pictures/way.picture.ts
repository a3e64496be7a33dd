/** Frames of one truck on its way through all four screens of the demo, for the README's moving picture. */
import { expect, test } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { TAKEN, withQuietCamera } from './taking.ts';

const EVERY_MS = 700;
const REST_MS = 1400;

test('one truck, one stop, one code', async () => {
  const folder = path.join(TAKEN, 'way');
  mkdirSync(folder, { recursive: true });
  const browser = await withQuietCamera();
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-HK', timezoneId: 'Asia/Hong_Kong' });
  await page.goto('/demo/');
  const send = page.getByRole('button', { name: /Send a truck/ });
  await expect(send).toBeEnabled();
  await expect(page.frameLocator('iframe').last().getByText('Lane 3')).toBeVisible();
  const over = page.getByText(/from the order to the open barrier, with/);

  const began = Date.now();
  let frames = 0;
  const take = async (): Promise<void> => {
    const number = String(frames++).padStart(4, '0');
    await page.screenshot({ path: path.join(folder, `${number}-${Date.now() - began}.png`), animations: 'disabled' });
  };
  await take();
  await send.click();
  // Frames are taken by the clock: what happens between them is the demo's own.
  while (!(await over.isVisible())) {
    await take();
    await page.waitForTimeout(EVERY_MS);
  }
  await page.waitForTimeout(REST_MS);
  await take();
  await browser.close();
});
