/** What every story begins with: the order, the declaration on the phone, the agencies' answers, the code. */
import * as hub from '../hub.ts';
import { NotShown } from '../hand.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';

const MAIN = 'main .button.primary:not(:disabled):not([aria-disabled=true])';
const MOST_PAGES = 12;
const LOOK_AGAIN_MS = 2_500;
const HOUR_MS = 3_600_000;
/** What a phone needs to fetch and draw the next page. */
const PAGE_MS = 350;
const ANSWERED = new Set(['CLEAR', 'SILENT', 'HOLD']);

/** The trip did not come so far as the story needs. */
export class TripEnded extends Error {}

/** From the order to the code on the phone. */
export async function codeOnPhone(stage: Stage): Promise<void> {
  const link = await order(stage);
  await declare(stage, link);
  await approval(stage);
}

async function order(stage: Stage): Promise<string> {
  const { cast, places } = stage;
  stage.scene.say('carrier', { word: 'now.order', args: { reference: cast.reference } });
  const now = stage.hubTime().getTime();
  const sent = await hub.sendOrder({
    reference: cast.reference,
    direction: 'SOUTHBOUND',
    checkpointId: places.id,
    goodsSummary: words('order.goods'),
    containers: cast.truck.containers.map((number) => ({ number, seals: [cast.seal] })),
    windowStart: new Date(now).toISOString(),
    windowEnd: new Date(now + 4 * HOUR_MS).toISOString(),
    driverName: cast.driver.name,
    driverPhone: cast.driver.phone,
  });
  stage.put({ orderId: sent.id });
  stage.hand('carrier').renew('/carrier/#/');
  await stage.look();
  return sent.link;
}

async function declare(stage: Stage, link: string): Promise<void> {
  const phone = stage.hand('phone');
  const mark = stage.feed.mark();
  stage.scene.say('phone', { word: 'now.link', args: { driver: stage.cast.driver.name } });
  phone.open(link);
  await phone.pressOn(MAIN);
  stage.put({ tripId: (await hub.tripOf(stage.trail.orderId ?? '')) ?? undefined });
  stage.scene.say('phone', { word: 'now.declare' });
  for (let page = 0; page < MOST_PAGES && !phone.hash.endsWith('/check'); page += 1) {
    await stage.wait(PAGE_MS);
    await fill(stage, phone.hash);
    await phone.pressOn(MAIN);
  }
  await stage.wait(PAGE_MS);
  await stage.look();
  await phone.pressOn(MAIN);
  await stage.heard(mark, 'trip.submitted');
}

/** Types what the order could not know. What another page asks for, the driver's app itself demands. */
async function fill(stage: Stage, hash: string): Promise<void> {
  const phone = stage.hand('phone');
  if (hash.endsWith('/vehicle')) {
    for (const [index, { jurisdiction, text }] of stage.cast.truck.plates.entries()) {
      if (index > 0) await phone.press('form .button.secondary');
      (await phone.see(`input[name=plates-${index}-jurisdiction][value=${jurisdiction}]`)).click();
      await phone.type(`#plates-${index}-text`, text);
    }
  }
  if (hash.endsWith('/people')) await phone.press('input[name=feverFree][value=yes]');
}

/** Watches the agencies answer until the trip is approved; an officer decides where a rule asks for one. */
async function approval(stage: Stage): Promise<void> {
  let reviewed = false;
  for (;;) {
    const mark = stage.feed.mark();
    const { trip, clearances } = await hub.review(stage.tripId);
    const all = clearances.length;
    const answered = clearances.filter(({ state }) => ANSWERED.has(state)).length;
    if (trip.state === 'APPROVED') break;
    if (trip.state === 'UNDER_REVIEW' && !reviewed) {
      reviewed = true;
      await officerApproves(stage, mark);
      continue;
    }
    if (trip.state !== 'SUBMITTED' && trip.state !== 'UNDER_REVIEW') throw new TripEnded(trip.state);
    stage.scene.say('phone', { word: 'now.agencies', args: { answered, all } });
    const news = stage.heard(mark, 'clearance.answered', 'clearance.silent', 'trip.approved', 'trip.under_review');
    await Promise.race([news, stage.wait(LOOK_AGAIN_MS)]);
  }
  await stage.code();
  stage.scene.say('phone', { word: 'now.code' });
  await stage.look();
}

/** One in fifty trips is looked at by a person, whatever the rules say. */
async function officerApproves(stage: Stage, mark: number): Promise<void> {
  stage.hand('officer').open(`/officer/#/review/${stage.tripId}`);
  const approve = async (): Promise<void> => {
    await hub.approve(stage.tripId, words('said.approve')).catch((error: unknown) => {
      if (!(error instanceof hub.Refused)) throw error;
    });
  };
  await stage.choose(
    { word: 'now.review' },
    { word: 'next.review' },
    [{ word: 'choice.approve', kind: 'primary', act: approve }],
    stage.heard(mark, 'trip.approved', 'trip.rejected', 'trip.withdrawn'),
  );
  stage.hand('officer').open('/officer/#/board');
}

/** Why a story could not go on, in words of the frame that did not show what was expected. */
export const wordsOf = (error: unknown): string => (error instanceof NotShown ? error.message : '');
