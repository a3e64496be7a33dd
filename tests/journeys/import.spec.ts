/** A carrier's file of work orders: dropped, told what is wrong and where, corrected, imported once. */
import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { findings } from './looks.ts';
import { ask, key, messages, signIn } from './port.ts';

const HEAD = 'reference,direction,checkpoint,goods,container1,seals1,arrival_from,arrival_until,driver_name,driver_phone';
const HOUR = 3_600_000;
const local = (milliseconds: number): string =>
  new Date(milliseconds + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ');

/** Rows whose references nobody else has; `phones` are their last cells. */
function rows(name: string, phones: readonly string[]): string[] {
  const [from, until] = [local(Date.now()), local(Date.now() + 6 * HOUR)];
  return phones.map(
    (phone, index) =>
      `${name}-${index + 1},southbound,liantang,Household goods,CSQU3054383,HT123456,${from},${until},Wong Ka Ming,${phone}`,
  );
}

const csv = (lines: readonly string[]) => ({
  name: 'orders.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([HEAD, ...lines].join('\r\n')),
});

async function opened(page: Page): Promise<void> {
  await page.goto('/carrier/');
  await page.getByRole('button', { name: /Hengtong/ }).click();
  await page.getByRole('link', { name: 'Import from a file' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Work orders from a file' })).toBeVisible();
}

/** Lets go of a file over the page, as a hand with a mouse does. */
async function drop(page: Page, { name, buffer }: ReturnType<typeof csv>): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([title, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], title, { type: 'text/csv' }));
      return data;
    },
    [name, buffer.toString()] as const,
  );
  await page.getByRole('region', { name: 'File with work orders' }).dispatchEvent('drop', { dataTransfer });
}

const drivers = (): string[] => messages().map((line) => (JSON.parse(line) as { to: string }).to);

test('a file with errors is corrected in place, outlives a reload, and is imported once', async ({ page }) => {
  const name = `F${key().slice(0, 6)}`;
  const phone = `+85263${String(Date.now()).slice(-6)}`;
  const lines = rows(name, [phone, '4.43E+10', phone]);
  await opened(page);
  await page.locator('input[type=file]').setInputFiles(csv(lines));
  await expect(page.getByText('Rows with errors: 1')).toBeVisible();
  await expect(page.getByText('2 ready')).toBeVisible();
  await expect(page.getByRole('heading', { name: `Row 3 ${name}-2` })).toBeVisible();
  const field = page.getByLabel("Driver's phone");
  await expect(field).toHaveValue('4.43E+10');
  await expect(field).toHaveAccessibleDescription(/The spreadsheet has shortened this number to 4\.43E\+10/);
  await page.reload();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the rows with errors' }).click(),
  ]);
  const told = readFileSync(await download.path(), 'utf8');
  expect(told).toContain("Driver's phone: The spreadsheet has shortened");
  expect(told).not.toContain(`${name}-1`);

  await field.fill('123');
  await page.getByRole('button', { name: 'Check this row' }).click();
  await expect(field).toHaveAccessibleDescription(/This is not a phone number/);
  await field.fill(phone);
  await page.getByRole('button', { name: 'Check this row' }).click();
  await expect(page.getByText('This row is right now')).toBeVisible();
  const sent = drivers().filter((to) => to === phone).length;
  expect(sent).toBe(0);
  await page.getByRole('button', { name: 'Import all orders (3)' }).click();
  await expect(page.getByText('Orders created: 3')).toBeVisible();
  expect(drivers().filter((to) => to === phone)).toHaveLength(3);

  await page.getByRole('link', { name: 'Show the work orders' }).click();
  await expect(page.getByRole('link', { name: `${name}-2` })).toBeVisible();
  await page.goto('/carrier/#/import');
  await drop(page, csv(lines.map((line) => line.replace('4.43E+10', phone))));
  await expect(page.getByText('Rows that are already orders: 3')).toBeVisible();
  await expect(page.getByText('There is nothing left to import')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel this import' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await expect(page.getByText('This import was cancelled')).toBeVisible();
});

test('what is no file of orders is told why, pasted rows stay, and good rows go alone only when asked', async ({ page }) => {
  const name = `P${key().slice(0, 6)}`;
  await opened(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'orders.xlsx', mimeType: 'text/csv', buffer: Buffer.from('PK\u0003\u0004') });
  await expect(page.getByRole('alert')).toContainText('orders.xlsx: This is not a CSV file');

  await page.getByText('Paste rows instead').click();
  const lines = rows(name, ['+85261234567', 'none']).map((line) => line.replaceAll(',', '\t'));
  const field = page.getByLabel('Rows from a spreadsheet');
  await field.fill(['reference\tgoods', ...lines].join('\n'));
  await page.getByRole('button', { name: 'Check these rows' }).click();
  await expect(page.getByRole('alert')).toContainText('Direction, Checkpoint, Earliest arrival');
  await expect(field).toHaveValue(new RegExp(name));
  await field.fill([HEAD.replaceAll(',', '\t'), ...lines].join('\n'));
  await page.getByRole('button', { name: 'Check these rows' }).click();
  await expect(page.getByText('cells separated by tabs')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Import all/ })).toBeHidden();

  await page.getByRole('button', { name: 'Import only the good rows (1)' }).click();
  await page.getByRole('button', { name: 'Yes, import the good rows' }).click();
  await expect(page.getByText('Orders created: 1')).toBeVisible();
  await expect(page.getByText('Rows with errors that were left out: 1')).toBeVisible();
  const carrier = await signIn('CARRIER', 'carrier-hengtong');
  const orders = await ask<{ edges: { node: { reference: string } }[] }>(
    `{ workOrders(first: 50) { edges { node { reference } } } }`,
    {},
    carrier,
  );
  const mine = orders.edges.map(({ node }) => node.reference).filter((reference) => reference.startsWith(name));
  expect(mine).toEqual([`${name}-1`]);
});
