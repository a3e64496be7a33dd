/** What happens at the lane and at a bay: the truck comes, shows the code, passes or is sent aside. */
import type { Coded } from '@clearlane/ui';
import type { Truck } from '../cast.ts';
import type { PortEvent } from '../feed.svelte.ts';
import * as hub from '../hub.ts';
import type { Choice, Line } from '../scene.svelte.ts';
import type { Stage } from '../stage.ts';
import { words, type Word } from '../words.ts';

const AT_LINE_MS = 2_500;
const MILLISECONDS = 1000;

/** How a vehicle's visit to the lane went on. */
export type Visit =
  | { outcome: 'released'; share: number }
  | { outcome: 'bay'; bay: number; why: readonly Coded[] }
  | { outcome: 'refused'; why: readonly Coded[] };

/** The truck drives up and its driver shows this code; tells what the lane made of it. */
export async function visit(
  stage: Stage,
  laneId: string,
  { truck = stage.cast.truck, temperature = 36.5, drives }: { truck?: Truck; temperature?: number; drives: Word },
): Promise<Visit> {
  const lane = stage.laneNumber(laneId);
  stage.scene.say('lane', { word: drives, args: { lane } });
  await stage.bring(laneId, truck, temperature);
  await stage.look(AT_LINE_MS);
  stage.scene.say('lane', { word: 'now.scan' });
  await stage.look(AT_LINE_MS);
  return scanned(stage, laneId, await stage.code());
}

/** The lane's scanner reads the code: what followed. */
export async function scanned(stage: Stage, laneId: string, code: string): Promise<Visit> {
  const mark = stage.feed.mark();
  const shownAt = stage.hubTime().getTime();
  await stage.show(laneId, code);
  const first = await stage.feed.find((event) => answers(event, laneId), mark, stage.signal);
  if (first.kind === 'scan.refused') return { outcome: 'refused', why: [{ code: first.facts['code'] ?? '' }] };
  stage.put({ passageId: first.passageId ?? undefined });
  stage.scene.say('lane', { word: 'now.checks' });
  const decided = await stage.heard(mark, 'passage.released', 'passage.referred', 'passage.refused');
  if (decided.kind === 'passage.released') return released(stage, mark, shownAt);
  const why = (await hub.passage(decided.passageId ?? '')).decision?.reasons ?? [];
  if (decided.kind === 'passage.refused') return { outcome: 'refused', why };
  return { outcome: 'bay', bay: stage.bayNumber(decided.bayId), why };
}

const answers = ({ kind, laneId }: PortEvent, lane: string): boolean =>
  laneId === lane && (kind === 'scan.refused' || kind === 'passage.opened');

async function released(stage: Stage, mark: number, shownAt: number): Promise<Visit> {
  const opening = await stage.heard(mark, 'barrier.opening', 'barrier.opened');
  const share = (Date.parse(opening.facts['said_at'] ?? '') - shownAt) / MILLISECONDS;
  await stage.heard(mark, 'barrier.opened');
  stage.scene.clockStops();
  stage.scene.say('lane', { word: 'now.open' });
  await stage.look();
  return { outcome: 'released', share };
}

/** The truck has driven through, and everybody has heard of it. */
export async function crossed(stage: Stage, mark: number): Promise<void> {
  await stage.heard(mark, 'passage.exited');
  stage.scene.say('officer', { word: 'now.crossed' });
  await stage.look();
}

/** What the officer may do at the bay, each with the sentence that is kept as his reason. */
export interface AtBay {
  now: Word;
  next: Word;
  release: { word: Word; said: Word };
  refuse: { word: Word; said: Word };
}

/** The vehicle stands at a bay: an officer, here or in his frame, releases or refuses it; then the bay is free. */
export async function bayDecision(stage: Stage, bay: number, at: AtBay): Promise<'released' | 'refused'> {
  const passageId = stage.trail.passageId ?? '';
  const mark = stage.feed.mark();
  const choice = (kind: Choice['kind'], outcome: 'RELEASE' | 'REFUSE', { word, said }: AtBay['release']): Choice => ({
    word,
    kind,
    act: () => unlessDecided(hub.decide(passageId, outcome, words(said))),
  });
  stage.hand('officer').open(`/officer/#/board/${passageId}`);
  const settled = stage.heard(mark, 'passage.released', 'passage.refused', 'passage.abandoned', 'passage.exited');
  const line: Line = { word: at.now, args: { bay } };
  await stage.choose(line, { word: at.next, args: { bay } }, [choice('primary', 'RELEASE', at.release), choice('danger', 'REFUSE', at.refuse)], settled);
  const way = (await settled).kind === 'passage.refused' ? 'TURN_BACK' : 'BARRIER';
  stage.scene.clockStops();
  stage.scene.say('officer', { word: way === 'BARRIER' ? 'now.bay.released' : 'now.bay.refused', args: { bay } });
  await stage.look();
  await unlessDecided(hub.departed(passageId, way, stage.hubTime()));
  stage.hand('officer').open('/officer/#/board');
  return way === 'BARRIER' ? 'released' : 'refused';
}

/** The visitor was quicker in the officer's own frame: that is as good. */
async function unlessDecided(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof hub.Refused)) throw error;
  }
}
