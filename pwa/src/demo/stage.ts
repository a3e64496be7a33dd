/** All a story works with: the scene it tells, the frames it acts in, the port it acts on, and what it must clear away. */
import type { Cast, Truck } from './cast.ts';
import { bring, driveOff, show } from './control.ts';
import type { PortEvent, PortFeed } from './feed.svelte.ts';
import { Hand } from './hand.ts';
import * as hub from './hub.ts';
import { pause } from './pause.ts';
import type { Choice, Line, Scene } from './scene.svelte.ts';

export type Frame = 'carrier' | 'phone' | 'officer';
export type Frames = Partial<Record<Frame, HTMLIFrameElement>>;

/** What a story has put into the world. */
export interface Trail {
  orderId?: string;
  tripId?: string;
  passageId?: string;
  standing: { laneId: string; truck: Truck }[];
}

const LANE_FREE_MS = 1_500;
const READ_MS = 3_000;
const OPEN_STATES = ['IDENTIFYING', 'MATCHING', 'ASSISTING', 'DIVERTED'];

export class Stage {
  trail: Trail = { standing: [] };
  readonly #abort = new AbortController();

  constructor(
    readonly scene: Scene,
    readonly feed: PortFeed,
    readonly frames: Frames,
    readonly places: hub.Places,
    readonly ahead: number,
    readonly cast: Cast,
    readonly pace: number,
    readonly keep: (trail: Trail) => void,
  ) {}

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(reason: Error): void {
    this.#abort.abort(reason);
  }

  hand(frame: Frame): Hand {
    return new Hand(() => this.frames[frame], this.signal, this.pace);
  }

  /** Time to look, at the visitor's pace. */
  look(milliseconds = READ_MS): Promise<void> {
    return pause(milliseconds * this.pace, this.signal);
  }

  /** Time that something takes, whoever looks. */
  wait(milliseconds: number): Promise<void> {
    return pause(milliseconds, this.signal);
  }

  put(trail: Partial<Trail>): void {
    this.trail = { ...this.trail, ...trail };
    this.keep(this.trail);
  }

  get tripId(): string {
    if (!this.trail.tripId) throw new Error('the story has no trip yet');
    return this.trail.tripId;
  }

  laneNumber(laneId: string): number {
    return this.places.lanes.find(({ id }) => id === laneId)?.number ?? 0;
  }

  bayNumber(bayId: string | null): number {
    return this.places.bays.find(({ id }) => id === bayId)?.number ?? 0;
  }

  /** The first event of this trip, since the mark, of one of these kinds. */
  heard(since: number, ...kinds: string[]): Promise<PortEvent> {
    return this.feed.find(({ kind, tripId }) => tripId === this.trail.tripId && kinds.includes(kind), since, this.signal);
  }

  /** A truck drives up, once the lane is free. */
  async bring(laneId: string, truck: Truck, temperature = 36.5): Promise<void> {
    while (!(await bring(laneId, truck, temperature))) {
      this.scene.next = { word: 'next.taken', args: { lane: this.laneNumber(laneId) } };
      await pause(LANE_FREE_MS, this.signal);
    }
    this.put({ standing: [...this.trail.standing, { laneId, truck }] });
  }

  show(laneId: string, code: string): Promise<void> {
    return show(laneId, code);
  }

  /** The code on the phone's screen at this moment. */
  async code(): Promise<string> {
    const shown = await this.hand('phone').see('[data-demo-code]');
    return shown.dataset['demoCode'] ?? '';
  }

  /** From when on the trip's code is good: its steps count from there. */
  async notBefore(): Promise<number> {
    return Date.parse((await hub.review(this.tripId)).voucher?.notBefore ?? '');
  }

  /** Offers choices until one is taken, or what they are about happens otherwise. */
  async choose(now: Line, next: Line, choices: readonly Choice[], settled: Promise<unknown>): Promise<void> {
    this.scene.say('officer', now, next);
    let failed: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (failed = reject));
    this.scene.choices = choices.map((choice) => ({
      ...choice,
      act: async () => {
        this.scene.choices = [];
        await choice.act().catch(failed);
      },
    }));
    try {
      await Promise.race([settled, failure]);
    } finally {
      this.scene.choices = [];
    }
  }

  /** By the hub's clock. */
  hubTime(): Date {
    return new Date(Date.now() + this.ahead);
  }
}

/** Leaves nothing of a story behind: no truck in a lane, no bay taken, no order open. */
export async function clearAway(trail: Trail, ahead: number): Promise<void> {
  for (const { laneId, truck } of trail.standing) await driveOff(laneId, truck, 'back');
  if (trail.passageId) await endPassage(trail.passageId, new Date(Date.now() + ahead));
  if (trail.orderId) await unlessRefused(hub.cancelOrder(trail.orderId));
}

async function endPassage(passageId: string, at: Date): Promise<void> {
  if (OPEN_STATES.includes((await hub.passage(passageId)).state)) {
    await unlessRefused(hub.decide(passageId, 'REFUSE', 'Demo: the story was ended'));
  }
  const { state } = await hub.passage(passageId);
  if (state === 'REFUSED') await unlessRefused(hub.departed(passageId, 'TURN_BACK', at));
  if (state === 'RELEASED') await unlessRefused(hub.departed(passageId, 'BARRIER', at));
}

/** It has ended already: that is all that is wanted. */
async function unlessRefused(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof hub.Refused)) throw error;
  }
}
