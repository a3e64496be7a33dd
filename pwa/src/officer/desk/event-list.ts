/** The list of events on the screen: newest first, each once, only so many. */
import type { EventOnDeskFragment } from '../generated/graphql.ts';

export type DeskEvent = EventOnDeskFragment;

export const LONGEST_LIST = 300;

/** Adds events to a list; the result is newest first and holds no event twice. */
export function withEvents(list: readonly DeskEvent[], added: readonly DeskEvent[]): DeskEvent[] {
  const byId = new Map(list.map((event) => [event.id, event]));
  for (const event of added) byId.set(event.id, event);
  return [...byId.values()].sort(newestFirst).slice(0, LONGEST_LIST);
}

function newestFirst(one: DeskEvent, other: DeskEvent): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.stream === other.stream ? other.seq - one.seq : one.stream.localeCompare(other.stream);
}
