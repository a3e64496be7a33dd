/** A driver at the screen of his phone. */
import type { Page } from '@playwright/test';
import { order, type Vehicle } from './port.ts';

/** Declares on the driver's page up to the submission. */
export async function declares(page: Page, vehicle: Vehicle, health: string): Promise<void> {
  await page.goto(await order(vehicle));
  await page.getByRole('button', { name: 'Accept and continue' }).click();
  await page.getByRole('link', { name: 'Start the declaration' }).click();
  await page.locator('input[name=plates-0-jurisdiction][value=HK]').check({ force: true });
  await page.getByLabel('Plate 1', { exact: true }).fill(vehicle.plates[1]?.text ?? '');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('radio', { name: health }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Submit the declaration' }).click();
}
