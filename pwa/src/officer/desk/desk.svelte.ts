/** The checkpoint as the desk sees it: board, events and review queue, followed live and resumed after a gap. */
import { ServerClock, SignedOut, Unreachable, type Screen } from '@clearlane/ui';
import { follow, type FeedState } from '@clearlane/ui/live';
import { SvelteMap } from 'svelte/reactivity';
import {
  CheckpointsDocument,
  FollowDocument,
  LaneBoardDocument,
  PassagePicturesDocument,
  RecentEventsDocument,
  ReviewQueueDocument,
  type FollowSubscription,
  type RecentEventsQuery,
} from '../generated/graphql.ts';
import { APP, ask, type Board, type ReviewRow } from './api.ts';
import { Cards, type Card } from './cards.ts';
import { LONGEST_LIST, withEvents, type DeskEvent } from './event-list.ts';
import type { Picture } from './freshness.ts';
import { Positions, type Position } from './positions.ts';
import type { Session } from './session.svelte.ts';

type Message = FollowSubscription['checkpointEvents'];

const RECENT = 50;
const QUEUE = 50;
const LOAD_AGAIN_MS = 3_000;
/** A late event says nothing about lateness once this much time has passed without another. */
const LATENESS_HOLDS_MS = 5_000;
const CHANGES_QUEUE = /^(trip|clearance)\./u;

export class Desk {
  checkpoint = $state.raw<Board['checkpoint'] | null>(null);
  cards = $state.raw<ReadonlyMap<string, Card>>(new Map());
  events = $state.raw<readonly DeskEvent[]>([]);
  queue = $state.raw<readonly ReviewRow[]>([]);
  queueScreen = $state<Screen>('waiting');
  screen = $state<Screen>('waiting');
  picture = $state.raw<Picture>({ state: 'connecting', heardAt: 0, lateBy: 0 });
  /** Local time, moving every second. */
  now = $state(Date.now());
  /** Captures of the passages on the board, newest last. */
  readonly captures = new SvelteMap<string, readonly string[]>();

  readonly #session: Session;
  readonly #clock = new ServerClock();
  readonly #positions = new Positions();
  readonly #board = new Cards();
  readonly #watchers = new Map<string, Set<() => void>>();
  #ready: readonly Position[] = [];
  #unfollow: (() => void) | null = null;
  #timers: number[] = [];
  #stopped = false;
  #lateTimer = 0;
  #queueAsked = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    this.#timers.push(window.setInterval(() => (this.now = Date.now()), 1000));
    void this.#load();
  }

  stop(): void {
    this.#stopped = true;
    this.#unfollow?.();
    for (const timer of this.#timers) window.clearTimeout(timer);
    window.clearTimeout(this.#lateTimer);
  }

  /** The server's time now, in milliseconds. */
  get serverNow(): number {
    return this.now + this.#clock.reading.offset;
  }

  /** Calls back whenever an event concerns this passage or trip; gives the way to end it. */
  watch(id: string, changed: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(changed));
    return () => {
      watchers.delete(changed);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  /** Fetches the review queue again; only the newest answer counts. */
  async refreshQueue(): Promise<void> {
    const checkpointId = this.checkpoint?.id;
    if (checkpointId === undefined) return;
    this.#queueAsked += 1;
    const asked = this.#queueAsked;
    try {
      const { reviewQueue } = await ask(ReviewQueueDocument, { checkpointId, first: QUEUE, after: null });
      if (asked !== this.#queueAsked) return;
      this.queue = reviewQueue.edges.map(({ node }) => node);
      this.queueScreen = this.queue.length > 0 ? 'there' : 'empty';
    } catch (error) {
      this.#trouble(error);
      if (this.queueScreen === 'waiting') this.queueScreen = 'offline';
    }
  }

  async #load(): Promise<void> {
    this.#unfollow?.();
    this.#unfollow = null;
    try {
      const checkpointId = this.checkpoint?.id ?? (await ask(CheckpointsDocument)).checkpoints[0]?.id;
      if (checkpointId === undefined) {
        this.screen = 'empty';
        return;
      }
      await this.#loadBoard(checkpointId);
      await this.#loadEvents(checkpointId);
      this.screen = 'there';
      if (!this.#stopped) this.#follow(checkpointId);
      await this.refreshQueue();
    } catch (error) {
      this.#trouble(error);
      if (this.screen === 'waiting') this.screen = 'offline';
      if (!this.#stopped) this.#timers.push(window.setTimeout(() => void this.#load(), LOAD_AGAIN_MS));
    }
  }

  async #loadBoard(checkpointId: string): Promise<void> {
    const mark = this.#board.mark();
    const sent = Date.now();
    const { laneBoard } = await ask(LaneBoardDocument, { checkpointId });
    this.#clock.note(laneBoard.at, sent, Date.now());
    this.checkpoint = laneBoard.checkpoint;
    this.#positions.reset(laneBoard.positions);
    this.#board.merge([...laneBoard.lanes, ...laneBoard.bays], mark);
    this.#showCards();
  }

  /** Fetches back to what the list holds already, so that a long absence leaves no hole in it. */
  async #loadEvents(checkpointId: string): Promise<void> {
    const known = new Set(this.events.map(({ id }) => id));
    const fetched: DeskEvent[] = [];
    for (let after: string | null = null; ; ) {
      const { events }: RecentEventsQuery = await ask(RecentEventsDocument, { checkpointId, first: RECENT, after });
      fetched.push(...events.edges.map(({ node }) => node));
      const joined = known.size === 0 || fetched.some(({ id }) => known.has(id));
      if (joined || !events.pageInfo.hasNextPage || fetched.length >= LONGEST_LIST) break;
      after = events.pageInfo.endCursor;
    }
    this.events = withEvents(this.events, fetched);
  }

  #follow(checkpointId: string): void {
    this.#unfollow = follow({
      app: APP,
      document: FollowDocument,
      variables: () => ({ checkpointId, after: this.#positions.list() }),
      onMessage: ({ checkpointEvents }) => this.#heard(checkpointEvents),
      onState: (state, at) => this.#linked(state, at),
    });
  }

  #linked(state: FeedState, heardAt: number): void {
    this.picture = { state, heardAt, lateBy: state === 'live' ? this.picture.lateBy : 0 };
    if (state === 'offline') void this.#session.check().catch((error: unknown) => this.#trouble(error));
  }

  #heard(message: Message): void {
    if (message.__typename === 'Ready') {
      this.#ready = message.positions;
      void this.refreshQueue();
    } else if (message.__typename === 'Resync') {
      void this.#load();
    } else if (message.__typename === 'LanePresence') {
      this.#board.hear(message.laneId, message.agentSeenAt);
      this.#placeCards();
    } else {
      this.#take(message.event, message.card);
    }
  }

  #take(event: DeskEvent, card: Card | null): void {
    const arrival = this.#positions.take(event);
    if (arrival === 'seen') return;
    if (arrival === 'gap') {
      void this.#load();
      return;
    }
    this.events = withEvents(this.events, [event]);
    this.#noteLateness(event);
    if (card !== null) {
      this.#board.put(card);
      this.#showCards();
    }
    if (CHANGES_QUEUE.test(event.kind)) void this.refreshQueue();
    for (const id of [event.passageId, event.tripId]) {
      for (const changed of this.#watchers.get(id ?? '') ?? []) changed();
    }
  }

  /** A replayed event is old by nature: it says that the screen is behind only until the replay is through. */
  #noteLateness({ stream, seq, at }: DeskEvent): void {
    const late = Math.max(0, this.#clock.now() - Date.parse(at));
    const replayed = this.#ready.some((position) => position.stream === stream && position.seq >= seq);
    const lateBy = replayed && this.#positions.covers(this.#ready) ? 0 : late;
    this.picture = { ...this.picture, lateBy };
    window.clearTimeout(this.#lateTimer);
    this.#lateTimer = window.setTimeout(() => (this.picture = { ...this.picture, lateBy: 0 }), LATENESS_HOLDS_MS);
  }

  #placeCards(): readonly Card[] {
    const places = [...(this.checkpoint?.lanes ?? []), ...(this.checkpoint?.bays ?? [])];
    this.cards = new Map(
      places.flatMap(({ id }) => {
        const card = this.#board.at(id);
        return card === undefined ? [] : [[id, card] as const];
      }),
    );
    return [...this.cards.values()];
  }

  #showCards(): void {
    const cards = this.#placeCards();
    const passages = new Set(cards.flatMap(({ passageId }) => passageId ?? []));
    for (const passageId of this.captures.keys()) {
      if (!passages.has(passageId)) this.captures.delete(passageId);
    }
    for (const passageId of passages) void this.#loadPictures(passageId);
  }

  async #loadPictures(passageId: string): Promise<void> {
    try {
      const { passage } = await ask(PassagePicturesDocument, { id: passageId });
      const before = this.captures.get(passageId)?.length ?? 0;
      if (passage !== null && passage.captureIds.length > before) this.captures.set(passageId, passage.captureIds);
    } catch (error) {
      this.#trouble(error);
    }
  }

  #trouble(error: unknown): void {
    if (error instanceof SignedOut) this.#session.end();
    else if (!(error instanceof Unreachable)) console.error(error);
  }
}
