/** The driver's trip as this phone knows it: shown at once from the phone, then confirmed by the server, then live. */
import { newKey, persist, ServerClock, SignedOut, Unreachable, type Coded, type Screen } from '@clearlane/ui';
import { ask, type Home, type Trip, type Voucher } from './api.ts';
import { DriverHomeDocument, SurroundingsDocument } from './generated/graphql.ts';
import { openDriverStore, type DriverStore, type Surroundings } from './kept.ts';
import { followTrip, type Connection } from './tripfeed.ts';

const CHECK_AGAIN_MS = 20_000;
const ASK_AGAIN_MS = 1_000;
const CLOCK_MOVED_MS = 2000;

export class DriverSession {
  home = $state.raw<Home | null>(null);
  screen = $state<Screen>('waiting');
  /** What the API refused last on this page, if anything. */
  problem = $state.raw<Coded | null>(null);
  connection = $state<Connection>('connecting');
  signedOut = $state(false);
  /** Local milliseconds of the last confirmed state; 0 for never. */
  checkedAt = $state(0);
  surroundings = $state.raw<Surroundings>({ demo: false, places: {} });
  readonly clock = new ServerClock();
  #unfollow: (() => void) | null = null;
  #followed = '';
  #learned = false;
  #refreshing: Promise<void> | null = null;
  /** Something may have changed since the last question was asked. */
  #stale = false;
  /** Questions without an answer since the last one: the picture is old, whatever the feed says of its own line. */
  #unanswered = 0;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  #feed: Connection = 'connecting';

  constructor(readonly store: DriverStore = openDriverStore()) {}

  /** Shows what the phone has kept, then asks the server. */
  async start(): Promise<void> {
    const [home, checkedAt, clock, surroundings] = await Promise.all([
      this.store.read('home'),
      this.store.read('checkedAt'),
      this.store.read('clock'),
      this.store.read('surroundings'),
    ]);
    if (clock) this.clock.restore(clock);
    if (surroundings) this.surroundings = surroundings;
    if (home) {
      this.home = home;
      this.checkedAt = checkedAt ?? 0;
      this.screen = 'there';
    }
    globalThis.addEventListener('online', () => void this.refresh());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.refresh();
    });
    let lead = Date.now() - performance.now();
    setInterval(() => {
      // Somebody set the phone's clock: only the server can tell the new offset.
      const moved = Math.abs(Date.now() - performance.now() - lead) > CLOCK_MOVED_MS;
      lead = Date.now() - performance.now();
      if (moved || this.connection !== 'live') void this.refresh();
    }, CHECK_AGAIN_MS);
    await this.refresh();
  }

  /** Asks the server how things stand; one question at a time, and once more for what happened meanwhile. */
  refresh(): Promise<void> {
    this.#stale = true;
    this.#refreshing ??= this.#refreshUntilFresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #refreshUntilFresh(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    const sent = Date.now();
    try {
      const { driverHome } = await ask(DriverHomeDocument);
      await this.store.keep('clock', this.clock.note(driverHome.serverTime, sent, Date.now()));
      this.signedOut = false;
      await this.#take(driverHome);
      this.#follow();
      void this.#learnSurroundings();
    } catch (error) {
      if (error instanceof Unreachable) this.#lost();
      else if (error instanceof SignedOut) this.#ended();
      else throw error;
    }
  }

  async #take(home: Home): Promise<void> {
    this.home = home;
    this.checkedAt = Date.now();
    this.screen = home.trip ? 'there' : 'empty';
    this.#unanswered = 0;
    if (this.connection === 'offline') this.connection = this.#feed === 'live' ? 'live' : 'connecting';
    await Promise.all([this.store.keep('home', home), this.store.keep('checkedAt', this.checkedAt)]);
  }

  #lost(): void {
    this.connection = 'offline';
    if (!this.home) this.screen = 'offline';
    const pause = Math.min(CHECK_AGAIN_MS, ASK_AGAIN_MS * 2 ** this.#unanswered) * (0.5 + Math.random() / 2);
    this.#unanswered += 1;
    clearTimeout(this.#askAgain);
    this.#askAgain = setTimeout(() => void this.refresh(), pause);
  }

  #heard(feed: Connection): void {
    this.#feed = feed;
    this.connection = this.#unanswered > 0 ? 'offline' : feed;
  }

  /** What the phone holds stays readable: a code that was issued is still good at the lane. */
  #ended(): void {
    this.signedOut = true;
    this.connection = 'offline';
    if (!this.home) this.screen = 'empty';
  }

  async #learnSurroundings(): Promise<void> {
    if (this.#learned) return;
    try {
      const { demoAccounts, checkpoints } = await ask(SurroundingsDocument);
      const places = checkpoints.flatMap(({ lanes, bays }) => [
        ...lanes.map(({ id, number }) => [id, { kind: 'LANE', number }] as const),
        ...bays.map(({ id, number }) => [id, { kind: 'BAY', number }] as const),
      ]);
      const ports = checkpoints.map(({ id, en, hans, hant, lanes }) => [
        id,
        {
          names: { en, 'zh-Hans': hans, 'zh-Hant': hant },
          paperLanes: lanes.filter(({ open, policy }) => open && policy.acceptsPrint).map(({ number }) => number),
        },
      ]);
      this.surroundings = {
        demo: demoAccounts.length > 0,
        places: Object.fromEntries(places),
        ports: Object.fromEntries(ports),
      };
      await this.store.keep('surroundings', this.surroundings);
      this.#learned = true;
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
    }
  }

  #follow(): void {
    const tripId = this.home?.trip?.id ?? '';
    if (tripId === this.#followed) return;
    this.#unfollow?.();
    this.#followed = tripId;
    this.#unfollow = tripId
      ? followTrip(tripId, {
          position: () => this.home?.positions.find(({ stream }) => stream === `trip:${tripId}`)?.seq ?? null,
          changed: () => void this.refresh(),
          state: (state) => this.#heard(state),
        })
      : null;
  }

  /** Puts a changed trip or voucher in place, without waiting for the next question. */
  async put(change: { trip?: Trip; voucher?: Voucher | null }): Promise<void> {
    if (this.home) await this.#take({ ...this.home, ...change });
    void this.refresh();
  }

  /** Starts over with another order: what belonged to the trip before is forgotten. */
  async begin(): Promise<void> {
    await this.store.forget('home', 'draft', 'submission', 'checkedAt');
    this.home = null;
    this.screen = 'waiting';
    await this.refresh();
  }

  /** Does one change under one key; a refusal stays on screen as `problem`, no answer throws Unreachable. */
  async change<Answer extends { __typename: string }>(
    work: (key: string) => Promise<Answer>,
    key: string = newKey(),
  ): Promise<Exclude<Answer, { __typename: 'Problem' }> | null> {
    this.problem = null;
    const answer = await persist(() => work(key));
    if (answer.__typename === 'Problem') {
      this.problem = answer as unknown as Coded;
      return null;
    }
    return answer as Exclude<Answer, { __typename: 'Problem' }>;
  }
}

export const session = new DriverSession();
