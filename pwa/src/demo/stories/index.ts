/** The six stories: each makes one point, with the real parts, and ends in one plain sentence. */
import { LIVE_STEP_MS, tooOldAt } from './picture.ts';
import { drawTruck } from '../cast.ts';
import { driveOff } from '../control.ts';
import * as hub from '../hub.ts';
import type { Result, StoryName } from '../scene.svelte.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { codeOnPhone } from './acts.ts';
import { bayDecision, crossed, scanned, visit, type AtBay, type Visit } from './lane.ts';

export type Script = (stage: Stage) => Promise<Result>;

const HOT = 38.6;
const SECOND_MS = 1000;
/** A refusal is read at everybody's pace. */
const READ_REFUSAL_MS = 3_500;

const PLATE: AtBay = {
  now: 'plate.bay',
  next: 'next.officer',
  release: { word: 'choice.plate.release', said: 'said.plate.release' },
  refuse: { word: 'choice.plate.refuse', said: 'said.plate.refuse' },
};
const HOT_BAY: AtBay = {
  now: 'hot.bay',
  next: 'next.officer',
  release: { word: 'choice.hot.release', said: 'said.hot.release' },
  refuse: { word: 'choice.hot.refuse', said: 'said.hot.refuse' },
};
const LIFTED: AtBay = {
  now: 'hold.lifted',
  next: 'next.officer',
  release: { word: 'choice.release', said: 'said.hold.release' },
  refuse: { word: 'choice.refuse', said: 'said.hold.refuse' },
};
const SURPRISE: AtBay = {
  now: 'now.bay',
  next: 'next.officer',
  release: { word: 'choice.release', said: 'said.release' },
  refuse: { word: 'choice.refuse', said: 'said.refuse' },
};

const ownLane = (stage: Stage): string => stage.places.lanes[0]?.id ?? '';
const seconds = (from: number, to: number): string => ((to - from) / SECOND_MS).toFixed(0);
const elapsed = ({ scene }: Stage): string => seconds(scene.began, scene.ended || Date.now());

async function send(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const mark = stage.feed.mark();
  const went = await visit(stage, ownLane(stage), { drives: 'now.drive' });
  if (went.outcome !== 'released') return otherwise(stage, went, SURPRISE);
  await crossed(stage, mark);
  return { tone: 'pass', word: 'send.done', args: { total: elapsed(stage), share: went.share.toFixed(1) } };
}

async function plate(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const truck = { ...drawTruck(), containers: stage.cast.truck.containers };
  const went = await visit(stage, ownLane(stage), { truck, drives: 'plate.drive' });
  return otherwise(stage, went, PLATE);
}

async function hot(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const went = await visit(stage, ownLane(stage), { temperature: HOT, drives: 'hot.drive' });
  return otherwise(stage, went, HOT_BAY);
}

async function hold(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const phone = stage.hand('phone');
  phone.open('/#/way');
  stage.scene.say('officer', { word: 'hold.said' }, { word: 'next.watch.phone' });
  await hub.customsSays(stage.tripId, { reason: words('hold.reason'), place: words('hold.place') });
  await stage.look(2 * SECOND_MS);
  stage.scene.say('phone', { word: 'hold.phone' });
  await stage.look(3 * SECOND_MS);
  phone.open('/#/code');
  const went = await visit(stage, ownLane(stage), { drives: 'hold.drive' });
  if (went.outcome !== 'bay') return otherwise(stage, went, LIFTED);
  await lift(stage, went);
  return otherwise(stage, went, LIFTED);
}

/** An officer cannot release what an agency holds: the agency has to lift it. */
async function lift(stage: Stage, { bay, why }: Extract<Visit, { outcome: 'bay' }>): Promise<void> {
  const mark = stage.feed.mark();
  await atBay(stage, bay, why);
  const lifted = stage.heard(mark, 'clearance.answered');
  const act = (): Promise<void> => hub.customsSays(stage.tripId, null);
  await stage.choose({ word: 'hold.bay', args: { bay }, why }, { word: 'next.customs' }, [{ word: 'choice.lift', kind: 'primary', act }], lifted);
}

async function copy(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const picture = await stage.code();
  const old = tooOldAt(stage.hubTime().getTime(), await stage.notBefore());
  stage.scene.say('phone', { word: 'copy.picture', args: { step: LIVE_STEP_MS / SECOND_MS } }, { word: 'next.copy' });
  for (let left = old - stage.hubTime().getTime(); left > 0; left = old - stage.hubTime().getTime()) {
    stage.scene.countdown = Math.ceil(left / SECOND_MS);
    await stage.wait(Math.min(left, SECOND_MS / 2));
  }
  stage.scene.countdown = null;
  const lane = ownLane(stage);
  const stranger = drawTruck();
  stage.scene.say('lane', { word: 'copy.drive', args: { lane: stage.laneNumber(lane) } });
  await stage.bring(lane, stranger);
  await stage.look(SECOND_MS);
  const went = await scanned(stage, lane, picture);
  if (went.outcome !== 'refused') return otherwise(stage, went, SURPRISE);
  stage.scene.clockStops();
  stage.scene.say('lane', { word: 'copy.refused', why: went.why });
  await stage.wait(READ_REFUSAL_MS);
  await driveOff(lane, stranger, 'side');
  return { tone: 'pass', word: 'copy.done', why: went.why };
}

async function twice(stage: Stage): Promise<Result> {
  await codeOnPhone(stage);
  const [own, other] = [ownLane(stage), otherLane(stage)];
  stage.scene.lanes = [own, other];
  const numbers = { lane: stage.laneNumber(own), other: stage.laneNumber(other) };
  stage.scene.say('lane', { word: 'twice.drive', args: numbers });
  await stage.bring(other, stage.cast.truck);
  await stage.bring(own, stage.cast.truck);
  await stage.look(SECOND_MS);
  const code = await stage.code();
  stage.scene.say('lane', { word: 'twice.scan', args: numbers });
  const mark = stage.feed.mark();
  const both = await Promise.all([scanned(stage, own, code), scanned(stage, other, code)]);
  const opened = both.findIndex(({ outcome }) => outcome === 'released');
  const refused = both.findIndex(({ outcome }) => outcome === 'refused');
  const loser = both[refused];
  if (opened < 0 || loser?.outcome !== 'refused') return otherwise(stage, both.find(({ outcome }) => outcome === 'bay') ?? both[0], SURPRISE);
  const lanes = [own, other];
  const said = { opened: stage.laneNumber(lanes[opened] ?? ''), refused: stage.laneNumber(lanes[refused] ?? '') };
  stage.scene.say('lane', { word: 'twice.refused', args: said, why: loser.why });
  await stage.wait(READ_REFUSAL_MS);
  await driveOff(lanes[refused] ?? '', stage.cast.truck, 'side');
  await crossed(stage, mark);
  return { tone: 'pass', word: 'twice.done', args: said, why: loser.why };
}

/** The second lane of the story: the first of the traffic's that serves the direction. */
function otherLane({ places }: Stage): string {
  const serving = places.lanes.slice(1).find(({ policy }) => policy.directions.includes('SOUTHBOUND'));
  if (!serving) throw new Error('the checkpoint has one lane only');
  return serving.id;
}

/** The vehicle drives to its bay: the lane is free at once. */
async function atBay(stage: Stage, bay: number, why: Extract<Visit, { outcome: 'bay' }>['why']): Promise<void> {
  stage.scene.say('lane', { word: 'now.referred', args: { bay }, why });
  await stage.heard(0, 'passage.left_lane');
}

/** What else a lane may say: a bay where an officer decides, a refusal, or an open barrier. */
async function otherwise(stage: Stage, went: Visit, bay: AtBay): Promise<Result> {
  if (went.outcome === 'released') return { tone: 'hold', word: 'now.passed' };
  if (went.outcome === 'refused') {
    await stage.wait(READ_REFUSAL_MS);
    return { tone: 'stop', word: 'now.refused', why: went.why };
  }
  await atBay(stage, went.bay, went.why);
  const decided = await bayDecision(stage, went.bay, bay);
  const word = decided === 'released' ? 'bay.done.released' : 'bay.done.refused';
  return { tone: decided === 'released' ? 'pass' : 'hold', word, args: { bay: went.bay, total: elapsed(stage) }, why: went.why };
}

export const SCRIPTS: Readonly<Record<StoryName, Script>> = { send, plate, copy, twice, hot, hold };
