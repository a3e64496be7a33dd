/** A driver states all that a declaration knows: one thing a page, each mistake at its field, nothing typed lost. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { HUB } from './places.ts';
import { lorry, order, type Vehicle } from './port.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, baseURL: HUB, locale: 'en-HK' };
const twoContainers = (): Vehicle => ({ ...lorry(941), containers: ['CSQU3054383', 'MSKU1112227'] });

async function fine(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${what}, ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), what).toBe(0);
}

const heading = (page: Page, name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
const done = (page: Page): Promise<void> => page.getByRole('button', { name: 'Done' }).click();
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** From the answers to a page that only some trips need. */
async function enter(page: Page, title: string): Promise<void> {
  await heading(page, 'Check your answers');
  await page.getByRole('link', { name: title }).first().click();
  await heading(page, title);
}

/** Types part of a country's name and takes it from what is found. */
async function choose(page: Page, label: string, typed: string, name: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(typed);
  await page.getByRole('option', { name }).click();
}

/** Two mistakes on one page: whoever mends the one is not thrown out of its field because it is one mistake less. */
async function mendTwo(page: Page): Promise<void> {
  const name = page.getByLabel("Driver's name");
  await name.fill('');
  await press(page, 'Continue');
  await expect(page.getByRole('alert').getByRole('listitem')).toHaveCount(2);
  await name.pressSequentially('Wong Ka Ming');
  await expect(name).toHaveValue('Wong Ka Ming');
  await expect(name).toBeFocused();
}

/** What every trip needs, as short as it ever was: plates, health, and the answers are there. */
async function plainTrip(page: Page, vehicle: Vehicle): Promise<void> {
  await page.goto(await order(vehicle));
  await press(page, 'Accept and continue');
  await page.getByRole('link', { name: 'Start the declaration' }).click();
  await page.getByLabel('Plate 1', { exact: true }).fill(vehicle.plates[0]?.text ?? '');
  await press(page, 'Add a plate');
  await page.getByLabel('Plate 2', { exact: true }).fill(vehicle.plates[1]?.text ?? '');
  await press(page, 'Continue');
  await mendTwo(page);
  await page.getByLabel('People in the vehicle').fill('2');
  await page.getByRole('radio', { name: 'No, all are well' }).check();
  await press(page, 'Continue');
  await heading(page, 'Check your answers');
}

async function trailer(page: Page): Promise<void> {
  await enter(page, 'Trailer');
  await press(page, 'Add a trailer');
  await page.getByLabel('Trailer 1', { exact: true }).fill('粤B1234挂');
  await press(page, 'Add a trailer');
  await page.getByLabel('Trailer 2', { exact: true }).fill('粤B99');
  await press(page, 'Remove trailer 2');
  await expect(page.getByLabel('Trailer 2', { exact: true })).toBeHidden();
  await press(page, 'Put it back');
  await expect(page.getByLabel('Trailer 2', { exact: true })).toHaveValue('粤B99');
  await press(page, 'Remove trailer 2');
  await fine(page, 'trailer');
  await done(page);
}

/** The second container is said to be 40 feet long: the first mistake. */
async function containers(page: Page): Promise<void> {
  await enter(page, 'Container size, empty or loaded');
  await page.getByLabel('Size and type').nth(0).selectOption('22G1');
  await page.getByLabel('Size and type').nth(1).selectOption('42G1');
  for (const nth of [0, 1]) await page.getByRole('radio', { name: 'Loaded' }).nth(nth).check();
  await fine(page, 'containers');
  await done(page);
  await enter(page, 'Seal classes');
  await page.getByLabel('Class').nth(0).selectOption('HIGH_SECURITY');
  await page.getByLabel('Sealed by').nth(0).selectOption('SHIPPER');
  await fine(page, 'seals');
  await done(page);
}

/** The second of the goods has an HS code of five digits: the second mistake. */
async function goods(page: Page): Promise<void> {
  await enter(page, 'Goods details');
  const all = [
    ['Water-based paint in tins', '320890', '12', 'CT', '840', 'CSQU3054383'],
    ['Wooden chairs', '94016', '40', 'CT', '600', 'MSKU1112227'],
  ] as const;
  for (const [description, hsCode, packages, kind, weight, container] of all) {
    await press(page, 'Add goods');
    await page.getByLabel('Goods', { exact: true }).fill(description);
    await page.getByLabel('HS code').fill(hsCode);
    await page.getByLabel('Packages', { exact: true }).fill(packages);
    await page.getByLabel('Kind of package').selectOption(kind);
    await page.getByLabel('Gross weight (kg)').fill(weight);
    await choose(page, 'Made in', 'viet', /Vietnam/);
    await page.getByLabel('In container').selectOption(container);
    if (description === 'Wooden chairs') await fine(page, 'item');
    await done(page);
  }
  await heading(page, 'Goods details');
  await expect(page.getByText('Wooden chairs')).toBeVisible();
  await fine(page, 'goods');
  await done(page);
}

/** Flammable paint without its packing group: the third mistake. */
async function dangerous(page: Page): Promise<void> {
  await enter(page, 'Dangerous goods on board?');
  await page.getByRole('radio', { name: 'Yes' }).nth(0).check();
  await page.getByRole('radio', { name: 'No' }).nth(1).check();
  await page.getByLabel('UN number').fill('1263');
  await page.getByLabel('Class or division').selectOption('3');
  await fine(page, 'dangerous goods');
  await done(page);
}

async function people(page: Page): Promise<void> {
  await enter(page, 'People beside the driver');
  await press(page, 'Add a person');
  await page.getByLabel('Name').fill('Chan Siu Ming');
  await choose(page, 'Nationality', 'hong', /Hong Kong/);
  await press(page, 'Add a document');
  await page.getByLabel('Number').fill('H12345678');
  await fine(page, 'person');
  await done(page);
  await heading(page, 'People beside the driver');
  await fine(page, 'people');
  await done(page);
  await enter(page, "Driver's documents");
  for (const [kind, number] of [['DRIVING_LICENCE', 'A123456'], ['DANGEROUS_GOODS_CERTIFICATE', 'DG20260001']] as const) {
    await press(page, 'Add a document');
    await page.getByLabel('Kind').last().selectOption(kind);
    await page.getByLabel('Number').last().fill(number);
  }
  await fine(page, "driver's documents");
  await done(page);
}

/** Goods on their way from Vietnam through Laos, as yet without a transit document: the fourth mistake. */
async function route(page: Page): Promise<void> {
  await enter(page, 'Countries on the way');
  await choose(page, 'From', '越南', /Vietnam/);
  await press(page, 'Add a country on the way');
  await choose(page, 'Country or area', 'laos', /Laos/);
  await choose(page, 'To', 'HK', /Hong Kong/);
  await fine(page, 'countries');
  await done(page);
  await enter(page, 'Sender and receiver');
  for (const name of ['Saigon Paint Co.', 'Wah Fung Trading Ltd']) {
    await press(page, 'Add a party');
    await page.getByLabel('Name').last().fill(name);
    await page.getByRole('combobox', { name: 'Country or area' }).last().fill('VN');
  }
  await fine(page, 'parties');
  await done(page);
  await enter(page, 'Papers of the goods');
  await press(page, 'Add a paper');
  await page.getByLabel('Number').fill('530120260123456789');
  await fine(page, 'papers');
  await done(page);
}

const submit = (page: Page): Promise<void> => press(page, 'Submit the declaration');
const told = (page: Page) => page.getByRole('alert').getByRole('listitem');

test('four mistakes on four pages are each shown at their field, mended one by one, and the trip is approved', async ({ browser }) => {
  const page = await (await browser.newContext(PHONE)).newPage();
  await plainTrip(page, twoContainers());
  for (const part of [trailer, containers, goods, dangerous, people, route]) await part(page);
  await fine(page, 'answers');
  await submit(page);
  await expect(told(page)).toHaveCount(4);
  await fine(page, 'answers with four mistakes');
  const mistakes: [RegExp, string, () => Promise<unknown>][] = [
    [/^Container 2, Size and type:/, 'containers-1-sizeType', () => page.locator('#containers-1-sizeType').selectOption('22G1')],
    [/^Goods 2, HS code:/, 'goodsItems-1-hsCode', () => page.locator('#goodsItems-1-hsCode').fill('9401.61')],
    [/^Goods 1, Packing group:/, 'goodsItems-0-dangerous-packingGroup', () => page.locator('#goodsItems-0-dangerous-packingGroup').selectOption('II')],
    [/^Papers of the goods:/, 'references', async () => {
      await press(page, 'Add a paper');
      await page.getByLabel('Kind').last().selectOption('TRANSIT_DECLARATION');
      await page.getByLabel('Number').last().fill('26HK0000123');
    }],
  ];
  for (const [at, [sentence, field, mend]] of mistakes.entries()) {
    await told(page).filter({ hasText: sentence }).getByRole('link').click();
    await expect(page.locator(`[id="${field}"]`)).toBeFocused();
    await expect(told(page)).toHaveCount(1);
    await mend();
    await expect(page.getByRole('alert')).toBeHidden();
    await done(page);
    if (field.startsWith('goodsItems-1')) await done(page);
    await heading(page, 'Check your answers');
    await expect(told(page)).toHaveCount(3 - at);
  }
  await submit(page);
  await expect(page.getByText('For the demo')).toBeVisible({ timeout: 60_000 });
});
