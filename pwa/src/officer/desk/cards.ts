/** The board's rows: one card a lane and a bay, the newest state of each. */
import type { CardOnDeskFragment } from '../generated/graphql.ts';

export type Card = CardOnDeskFragment;

export function placeOf(card: Card): string {
  return card.bayId ?? card.laneId ?? '';
}

/**
 * Cards come with events and with whole boards. A board was asked for at some moment: a card that an event
 * brought after that moment is newer than the board's.
 */
export class Cards {
  readonly #cards = new Map<string, Card>();
  readonly #changedAt = new Map<string, number>();
  #counter = 0;

  /** Call before asking for a board; hand the mark to `merge` with the answer. */
  mark(): number {
    return this.#counter;
  }

  /** Puts a whole board in, except over cards that changed since `mark`. */
  merge(cards: readonly Card[], mark: number): void {
    for (const card of cards) {
      if ((this.#changedAt.get(placeOf(card)) ?? 0) <= mark) this.#cards.set(placeOf(card), card);
    }
  }

  /** Puts in the card that came with an event. */
  put(card: Card): void {
    this.#counter += 1;
    this.#changedAt.set(placeOf(card), this.#counter);
    this.#cards.set(placeOf(card), card);
  }

  /** Notes that the lane's agent lives. It says nothing about who stands there, so that a board still replaces it. */
  hear(laneId: string, agentSeenAt: string): void {
    const card = this.#cards.get(laneId);
    if (card !== undefined) this.#cards.set(laneId, { ...card, agentSeenAt });
  }

  at(place: string): Card | undefined {
    return this.#cards.get(place);
  }
}
