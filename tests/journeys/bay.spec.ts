/** An exception leaves the lane: a wrong plate ends at a bay and is released there by an officer. */
import { expect, test } from '@playwright/test';
import { Phone } from './phone.ts';
import { AGENT } from './places.ts';
import { arrive, events, lorry, openings, phase, refusal } from './port.ts';

const exits = async (): Promise<number> => (await events()).filter(({ kind }) => kind === 'passage.exited').length;

test('a wrong plate is sent to a bay and released there by an officer', async ({ browser }) => {
  const declared = lorry(7);
  const phone = await Phone.declared(declared);
  const kiosk = await (await browser.newContext({ viewport: { width: 1080, height: 1920 } })).newPage();
  await kiosk.goto(`${AGENT}/lane/liantang-2/`);
  await kiosk.getByRole('button', { name: 'English' }).click();
  const before = await openings('liantang-2');
  const other = { ...declared, plates: lorry(88).plates };
  await arrive('liantang-2', other, await phone.code());
  const shown = await phase('liantang-2', 'BAY');
  expect(shown.bay?.number).toBeGreaterThan(0);
  expect(shown.reasons.map(({ code }) => code)).toContain('PLATE_MISMATCH');
  await expect(kiosk.getByText('Drive to bay')).toBeVisible();
  // the lane is free again: the vehicle went to its bay by the side way
  await phase('liantang-2', 'REST');
  expect(await openings('liantang-2')).toBe(before);
  expect(await refusal('liantang-1', await phone.code())).toBe('CODE_IN_USE');

  const officer = await (await browser.newContext({ viewport: { width: 1024, height: 768 } })).newPage();
  await officer.goto('/officer/');
  await officer.getByRole('button', { name: /Officer Wong/ }).click();
  await officer.getByText(`Bay ${shown.bay?.number}`, { exact: true }).first().click();
  await expect(officer.getByText('Mismatch').first()).toBeVisible();
  await officer.getByLabel('Reason').fill('Papers seen: the tractor was changed after a breakdown.');
  await officer.getByRole('button', { name: 'Release' }).click();
  await officer.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await expect(officer.getByText(/Released by an officer/).first()).toBeVisible();
  const exited = await exits();
  await officer.getByRole('button', { name: 'It has left the bay' }).click();
  await expect.poll(exits).toBeGreaterThan(exited);
  await expect(officer.getByText(`Bay ${shown.bay?.number}`, { exact: true }).first()).toBeVisible();
  expect(await refusal('liantang-3', await phone.code())).toBe('CODE_SPENT');
});
