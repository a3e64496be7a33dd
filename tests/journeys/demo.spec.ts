/** The demo's six stories, each looked at where it happens: at the lane, at the officer, on the phone. */
import { expect, test, type Browser, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { findings } from './looks.ts';
import { DEVICES, HUB } from './places.ts';
import { ask, events, openings, phase, signIn } from './port.ts';

const LAPTOP = { viewport: { width: 1366, height: 768 }, baseURL: HUB, locale: 'en-HK' };
/** Ages a picture of the code by up to two steps of 30 s; the other stories are played meanwhile. */
const OLD_PICTURE_MS = 150_000;

test.describe.configure({ mode: 'serial' });

const part = (page: Page, title: string): FrameLocator => page.frameLocator(`iframe[title="${title}"]`);
const phone = (page: Page): FrameLocator => part(page, 'Driver’s phone');
const officer = (page: Page): FrameLocator => part(page, 'Officer’s screen');
const lane = (page: Page, number: number): FrameLocator => part(page, `Screen of Lane ${number}`);
const told = (page: Page): Locator => page.locator('h1 > span');
const why = (page: Page, code: string): Locator => page.locator(`[data-code=${code}]`).first();

/** A visitor of his own, who reads quickly. */
async function visitor(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext(LAPTOP)).newPage();
  await page.goto('/demo/#quick');
  await expect(page.locator('[data-story=send][aria-disabled=false]')).toBeVisible();
  return page;
}

/** Resolves once a frame's page has shown exactly this text, however briefly: the truck drives on when it sees it. */
async function hasShown(page: Page, address: string, text: string): Promise<void> {
  const frame = page.frames().find((one) => one.url().includes(address));
  if (!frame) throw new Error(`no frame of ${address}`);
  await frame.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (![...document.querySelectorAll('body *')].some((element) => element.textContent?.trim() === wanted)) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    text,
  );
}

const play = (page: Page, story: string): Promise<void> => page.locator(`[data-story=${story}]`).click();
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** The number of the bay that the line names. */
async function bayTold(page: Page): Promise<number> {
  return Number(/bay (\d)/.exec((await told(page).textContent()) ?? '')?.[1]);
}

/** Nobody is left at the bay: an own check, whatever the demo says. */
async function isFree(bay: number): Promise<void> {
  const board = await ask<{ checkpoint: { bays: { id: string; number: number }[] }; bays: { bayId: string; passageId: string | null }[] }>(
    `{ laneBoard(checkpointId: "liantang") { checkpoint { bays { id number } } bays { bayId passageId } } }`,
    {},
    await signIn('OFFICER', 'officer-1'),
  );
  const id = board.checkpoint.bays.find(({ number }) => number === bay)?.id;
  expect(board.bays.find(({ bayId }) => bayId === id)).toEqual({ bayId: id, passageId: null });
}

let copyist: Page;
let page: Page;
/** What the copyist's lane shows in the middle of another story. */
let refusedPicture: Promise<void>;

test.beforeAll(async ({ browser }) => {
  copyist = await visitor(browser);
  page = await visitor(browser);
});

test.afterAll(async () => {
  await Promise.all([copyist, page].map((opened) => opened.context().close()));
});

test('a newcomer is told what to do, and the copyist takes his picture of a code', async () => {
  await expect(told(page)).toHaveText('A truck crosses the border with one stop. Four people take part; here are their screens.');
  await expect(page.getByText('Press “Send a truck” and watch it go through all four.')).toBeVisible();
  await expect(part(page, 'Carrier’s screen').getByRole('heading', { name: 'Work orders' })).toBeVisible();
  await expect(officer(page).getByRole('heading', { name: 'Lane 3' })).toBeVisible();
  await expect(lane(page, 1).getByText('Show your code')).toBeVisible();
  await page.getByRole('button', { name: '繁體', exact: true }).click();
  await expect(page.frameLocator('iframe[title="關員畫面"]').getByRole('heading', { name: '3 號車道' })).toBeVisible();
  await expect(page.frameLocator('iframe[title="1 號車道顯示屏"]').getByRole('heading', { level: 1 })).toHaveText('請出示通關碼');
  await page.getByRole('button', { name: 'English', exact: true }).click();
  await play(copyist, 'copy');
  refusedPicture = expect(lane(copyist, 1).getByText(/This code is out of date/))
    .toBeVisible({ timeout: OLD_PICTURE_MS })
    .then(() => expect(phone(copyist).getByText('A screenshot does not work', { exact: false })).toBeVisible());
  refusedPicture.catch(() => undefined);
  await expect(told(copyist)).toHaveText(/A stranger takes a picture of the code/, { timeout: 40_000 });
  await expect(copyist.getByText(/The picture is worthless in \d+ s/)).toBeVisible();
});

test('send a truck: it goes through all four, and the barrier opens once', async () => {
  const before = await openings('liantang-1');
  const shown = Promise.all([
    hasShown(page, '/lane/liantang-1/', 'Go'),
    hasShown(page, '/officer/', 'Everything matches.'),
  ]);
  shown.catch(() => undefined);
  await play(page, 'send');
  await expect(page.locator('[data-story=plate]')).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('One story at a time: wait for its end, or stop it.')).toBeVisible();
  await shown;
  await expect(told(page)).toHaveText(/^\d+ s from the order to the open barrier.* from code to barrier: \d+\.\d s\.$/, { timeout: 40_000 });
  await expect(phone(page).getByText('You have crossed')).toBeVisible();
  await expect(part(page, 'Carrier’s screen').getByText('Completed').first()).toBeVisible();
  expect(await openings('liantang-1')).toBe(before + 1);
});

test('wrong plate: the lane sends it to a bay and is free, an officer releases it there', async () => {
  const before = await openings('liantang-1');
  await play(page, 'plate');
  await expect(why(page, 'PLATE_MISMATCH')).toBeVisible({ timeout: 60_000 });
  await expect(told(page)).toHaveText(/^The truck stands at bay \d: its plate is not the declared one\.$/, { timeout: 40_000 });
  await expect(phone(page).getByText(/The camera does not see the declared plate/).first()).toBeVisible();
  await expect(officer(page).getByText('Mismatch').first()).toBeVisible();
  await phase('liantang-1', 'REST');
  expect(await findings(page)).toEqual([]);
  await press(page, 'Papers agree: release');
  await expect(told(page)).toHaveText(/^Solved at bay \d after \d+ s, with the same code\. The lane was never blocked\.$/);
  await expect(phone(page).getByText('You have crossed')).toBeVisible();
  expect(await openings('liantang-1')).toBe(before);
  await isFree(await bayTold(page));
});

test('hot driver: his temperature is high, the officer refuses him in his own frame', async () => {
  await play(page, 'hot');
  await expect(told(page)).toHaveText(/^At bay \d the driver’s temperature is taken again/, { timeout: 60_000 });
  await expect(phone(page).getByText(/A second temperature measurement is needed/).first()).toBeVisible();
  await officer(page).getByLabel('Reason').fill('Still 38.6');
  await officer(page).getByRole('button', { name: 'Refuse', exact: true }).click();
  await officer(page).getByRole('dialog').getByRole('button', { name: 'Refuse', exact: true }).click();
  await expect(told(page)).toHaveText(/^Turned back from bay \d after \d+ s\./);
  await expect(why(page, 'TEMPERATURE_HIGH')).toBeVisible();
  await expect(officer(page).getByText('Refused', { exact: true })).toBeHidden();
  await isFree(await bayTold(page));
});

test('agency holds it: after the approval, and only Customs can lift it', async () => {
  await play(page, 'hold');
  await expect(phone(page).getByText('Load to be seen')).toBeVisible({ timeout: 60_000 });
  await expect(told(page)).toHaveText(/^The truck stands at bay \d, where Customs looks at the load\.$/, { timeout: 40_000 });
  await expect(why(page, 'HOLD_AT_BAY')).toBeVisible();
  await press(page, 'Customs has looked: lift the hold');
  await expect(told(page)).toHaveText(/^Customs has lifted its hold\./);
  await press(page, 'Release');
  await expect(told(page)).toHaveText(/^Solved at bay \d/);
  await expect(phone(page).getByText('You have crossed')).toBeVisible();
  await isFree(await bayTold(page));
});

test('two lanes at once: one opens, the other says why', async () => {
  const before = (await openings('liantang-1')) + (await openings('liantang-2'));
  await play(page, 'twice');
  const sentence = 'This code is being used in another lane at this moment.';
  const refusedAt = async (number: number): Promise<number> => {
    await expect(lane(page, number).getByText(sentence)).toBeVisible({ timeout: 90_000 });
    return number;
  };
  const refuses = await Promise.any([refusedAt(1), refusedAt(2)]);
  await expect(told(page)).toHaveText(`One code, one truck: lane ${3 - refuses} opened, lane ${refuses} refused.`, { timeout: 40_000 });
  await expect(why(page, 'CODE_IN_USE')).toBeVisible();
  await expect(phone(page).getByText('You have crossed')).toBeVisible();
  expect((await openings('liantang-1')) + (await openings('liantang-2'))).toBe(before + 1);
});

test('a story that is stopped leaves nothing behind, and can be told again', async () => {
  await play(page, 'send');
  await expect(phone(page).getByRole('heading').first()).toBeVisible();
  await press(page, 'Stop this story');
  await expect(told(page)).toHaveText('Stopped. The truck has left, lane and bay are free, the order is withdrawn.');
  await expect(part(page, 'Carrier’s screen').getByText('Cancelled').first()).toBeVisible();
  await expect(page.locator('[data-story=send]')).toHaveAttribute('aria-disabled', 'false');
});

test('without the simulated port the stories say what is missing', async ({ browser }) => {
  const alone = await (await browser.newContext(LAPTOP)).newPage();
  await alone.route(`${DEVICES}/control`, (route) => route.abort('connectionrefused'));
  await alone.goto('/demo/');
  await expect(alone.getByText(/The simulated port is not running.*without --no-simulator/)).toBeVisible();
  await expect(alone.locator('[data-story=send]')).toHaveAttribute('aria-disabled', 'true');
  await alone.unroute(`${DEVICES}/control`);
  await expect(alone.locator('[data-story=send]')).toHaveAttribute('aria-disabled', 'false');
  await alone.context().close();
});

test('copy the code: the picture has grown old and is refused, the phone’s own code is still good', async () => {
  test.setTimeout(OLD_PICTURE_MS + 60_000);
  // the lane shows it for seconds, maybe while the other stories were told: what stays is the line and its reason
  await expect(told(copyist)).toHaveText(/^The stranger’s picture was refused,/, { timeout: OLD_PICTURE_MS });
  await expect(why(copyist, 'LIVE_STALE')).toHaveText('The lane’s words: This code is out of date. Open your code again and show it.');
  await refusedPicture;
  const refusals = (await events()).filter(({ kind }) => kind === 'scan.refused').flatMap(({ facts }) => facts);
  expect(refusals).toContainEqual({ name: 'code', value: 'LIVE_STALE' });
});
