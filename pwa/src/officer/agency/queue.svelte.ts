/** The agency's own queue: what waits for its verdict, what it holds, what it has answered; asked for every few seconds. */
import { SignedOut, Unreachable, type Screen } from '@clearlane/ui';
import { SvelteSet } from 'svelte/reactivity';
import { ask } from '../desk/api.ts';
import type { Session } from '../desk/session.svelte.ts';
import {
  AgencyQueueDocument,
  BaysDocument,
  type AgencyQueueQuery,
  type BaysQuery,
  type ClearanceState,
} from '../generated/graphql.ts';

export type Entry = AgencyQueueQuery['agencyQueue']['edges'][number]['node'];
export type Bay = BaysQuery['checkpoints'][number]['bays'][number];
export type Count = AgencyQueueQuery['agencyQueue']['counts'][number];

export const FILTERS = ['PENDING', 'HOLD', 'SILENT', 'CLEAR'] as const satisfies readonly ClearanceState[];
/** As many answers as the API takes at once. */
export const MOST_AT_ONCE = 20;

const ASK_EVERY_MS = 3_000;
const PAGE = 50;

export class AgencyQueue {
  entries = $state.raw<readonly Entry[]>([]);
  bays = $state.raw<readonly Bay[]>([]);
  counts = $state.raw<readonly Count[]>([]);
  filter = $state<ClearanceState>('PENDING');
  screen = $state<Screen>('waiting');
  heardAt = $state(0);
  reached = $state(false);
  /** Local time, moving every second. */
  now = $state(Date.now());
  /** The trips that are to be answered together. */
  readonly chosen = new SvelteSet<string>();

  readonly #session: Session;
  #offset = 0;
  #asked = 0;
  #timers: number[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    void this.load();
    this.#timers = [
      window.setInterval(() => void this.load(), ASK_EVERY_MS),
      window.setInterval(() => (this.now = Date.now()), 1000),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) window.clearInterval(timer);
  }

  /** The hub's time now, in milliseconds. */
  get hubNow(): number {
    return this.now + this.#offset;
  }

  show(filter: ClearanceState): void {
    this.filter = filter;
    this.chosen.clear();
    this.screen = 'waiting';
    void this.load();
  }

  countOf(state: ClearanceState): Count {
    return this.counts.find((count) => count.state === state) ?? { state, trips: 0, late: 0 };
  }

  /** Chooses every trip in sight, as many as go at once; or none where all of them are chosen. */
  chooseAll(): void {
    const inSight = this.entries.slice(0, MOST_AT_ONCE).map(({ review }) => review.trip.id);
    const all = inSight.every((tripId) => this.chosen.has(tripId));
    this.chosen.clear();
    if (!all) for (const tripId of inSight) this.chosen.add(tripId);
  }

  /** Fetches the queue; only the newest answer counts. */
  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      if (this.bays.length === 0) this.bays = (await ask(BaysDocument)).checkpoints.flatMap(({ bays }) => bays);
      const { agencyQueue } = await ask(AgencyQueueDocument, { states: [this.filter], first: PAGE, after: null });
      if (asked !== this.#asked) return;
      this.#offset = Date.parse(agencyQueue.at) - Date.now();
      this.now = Date.now();
      this.entries = agencyQueue.edges.map(({ node }) => node);
      this.counts = agencyQueue.counts;
      this.#forgetGone();
      this.screen = this.entries.length > 0 ? 'there' : 'empty';
      this.heardAt = Date.now();
      this.reached = true;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.reached = false;
      if (error instanceof SignedOut) this.#session.end();
      else if (!(error instanceof Unreachable)) this.screen = 'refused';
      else if (this.screen === 'waiting') this.screen = 'offline';
    }
  }

  #forgetGone(): void {
    const there = new Set(this.entries.map(({ review }) => review.trip.id));
    for (const tripId of this.chosen) if (!there.has(tripId)) this.chosen.delete(tripId);
  }
}
