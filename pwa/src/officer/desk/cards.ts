/** The board's rows: one card a lane and a bay, the newest state of each. */
import type { CardOnDeskFragment } from '../generated/graphql.ts';

export type Card = CardOnDeskFragment;

/** Where the vehicle of a card stands: a lane, a bay, or both while it goes from one to the other. */
export function placesOf(card: Card): string[] {
  return [card.laneId, card.bayId].flatMap((id) => id ?? []);
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
      for (const place of placesOf(card)) {
        if ((this.#changedAt.get(place) ?? 0) <= mark) this.#set(place, card);
      }
    }
  }

  /** Puts in the card that came with an event. */
  put(card: Card): void {
    this.#counter += 1;
    for (const place of placesOf(card)) {
      this.#changedAt.set(place, this.#counter);
      this.#set(place, card);
    }
  }

  /** A bay's card does not know of the lane's agent: what is known of it stays. */
  #set(place: string, card: Card): void {
    this.#cards.set(place, { ...card, agentSeenAt: card.agentSeenAt ?? this.#cards.get(place)?.agentSeenAt ?? null });
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
