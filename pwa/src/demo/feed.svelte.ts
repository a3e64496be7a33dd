/** What happens at the port, as the officer hears it: the stories wait for these events and invent none. */
import { follow, type FeedState } from '@clearlane/ui/live';
import { FollowDocument, type FollowSubscription } from './generated/graphql.ts';
import { positions } from './hub.ts';

type Message = FollowSubscription['checkpointEvents'];
type Told = Extract<Message, { __typename: 'CheckpointEventMessage' }>['event'];

export interface PortEvent {
  kind: string;
  tripId: string | null;
  passageId: string | null;
  laneId: string | null;
  bayId: string | null;
  facts: Readonly<Record<string, string>>;
}
type Matches = (event: PortEvent) => boolean;

/** Events kept for stories that look back; one story has about thirty. */
const REMEMBERED = 2000;
/** Only these streams have positions to resume from (the schema says so). */
const RESUMED = /^(lane|site):/u;

export class PortFeed {
  state = $state<FeedState>('connecting');
  /** Local milliseconds of the last sign of life. */
  heard = $state(0);
  #events: PortEvent[] = [];
  /** How many events were forgotten: marks stay what they were. */
  #forgotten = 0;
  readonly #reached = new Map<string, number>();
  readonly #waiting = new Set<(event: PortEvent) => void>();
  #unfollow: (() => void) | null = null;

  /** Follows the checkpoint from now on, until `stop`. Throws Unreachable. */
  async start(checkpointId: string): Promise<void> {
    for (const { stream, seq } of await positions(checkpointId)) this.#reached.set(stream, seq);
    this.#unfollow?.();
    this.#unfollow = follow({
      app: 'officer',
      document: FollowDocument,
      variables: () => ({ checkpointId, after: [...this.#reached].map(([stream, seq]) => ({ stream, seq })) }),
      onMessage: ({ checkpointEvents }) => this.#take(checkpointEvents),
      onState: (state, at) => {
        this.state = state;
        this.heard = at;
      },
    });
  }

  stop(): void {
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #take(message: Message): void {
    if (message.__typename !== 'CheckpointEventMessage') return;
    const { event } = message;
    if (RESUMED.test(event.stream)) {
      if (event.seq <= (this.#reached.get(event.stream) ?? 0)) return;
      this.#reached.set(event.stream, event.seq);
    }
    this.#heard(told(event));
  }

  #heard(event: PortEvent): void {
    this.#events.push(event);
    if (this.#events.length > REMEMBERED) {
      this.#events.shift();
      this.#forgotten += 1;
    }
    for (const tell of [...this.#waiting]) tell(event);
  }

  /** A place in the stream of events: `find` looks from there on. */
  mark(): number {
    return this.#forgotten + this.#events.length;
  }

  /** The first event since the mark that matches, which may be yet to come. */
  find(matches: Matches, since: number, signal: AbortSignal): Promise<PortEvent> {
    const known = this.#events.slice(Math.max(0, since - this.#forgotten)).find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const tell = (event: PortEvent): void => {
        if (!matches(event)) return;
        this.#waiting.delete(tell);
        resolve(event);
      };
      this.#waiting.add(tell);
      signal.addEventListener('abort', () => {
        this.#waiting.delete(tell);
        reject(signal.reason as Error);
      });
    });
  }
}

function told({ kind, tripId, passageId, laneId, bayId, facts }: Told): PortEvent {
  return { kind, tripId, passageId, laneId, bayId, facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])) };
}
