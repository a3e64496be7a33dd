/** How far this screen has followed each stream of the event log: nothing is lost, nothing counts twice. */

export interface Position {
  stream: string;
  seq: number;
}
/** `new`: the next event; `seen`: it was here before; `gap`: at least one event before it is missing. */
export type Arrival = 'new' | 'seen' | 'gap';

/** Streams whose numbers the board's positions cover; events of other streams are known by their id alone. */
const FOLLOWED = /^(lane|site):/u;
/** Ids remembered of events whose stream is not followed. */
const REMEMBERED = 2000;

export class Positions {
  readonly #reached = new Map<string, number>();
  readonly #others = new Set<string>();

  /** Starts anew from a snapshot: what it says has been reached. */
  reset(positions: readonly Position[]): void {
    this.#reached.clear();
    this.#others.clear();
    for (const { stream, seq } of positions) this.#reached.set(stream, seq);
  }

  /** What to resume after. */
  list(): Position[] {
    return [...this.#reached].map(([stream, seq]) => ({ stream, seq }));
  }

  /** Takes an event; it counts as reached only when it is `new`. A stream never heard of begins at 1. */
  take(event: Position & { id: string }): Arrival {
    if (!FOLLOWED.test(event.stream)) return this.#takeOther(event.id);
    const reached = this.#reached.get(event.stream) ?? 0;
    if (event.seq <= reached) return 'seen';
    if (event.seq > reached + 1) return 'gap';
    this.#reached.set(event.stream, event.seq);
    return 'new';
  }

  /** True when every one of these positions has been reached. */
  covers(positions: readonly Position[]): boolean {
    return positions.every(
      ({ stream, seq }) => !FOLLOWED.test(stream) || (this.#reached.get(stream) ?? 0) >= seq,
    );
  }

  #takeOther(id: string): Arrival {
    if (this.#others.has(id)) return 'seen';
    this.#others.add(id);
    if (this.#others.size > REMEMBERED) this.#others.delete(this.#others.values().next().value ?? id);
    return 'new';
  }
}
