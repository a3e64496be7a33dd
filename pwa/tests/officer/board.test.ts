/** Cards and events on the officer's screen. */
import { describe, expect, it } from 'vitest';
import { Cards, type Card } from '../../src/officer/desk/cards.ts';
import { LONGEST_LIST, withEvents, type DeskEvent } from '../../src/officer/desk/event-list.ts';
import { hashOf, routeOf } from '../../src/officer/desk/route.svelte.ts';

function card(place: { laneId?: string; bayId?: string }, state: Card['state']): Card {
  return {
    laneId: place.laneId ?? null,
    bayId: place.bayId ?? null,
    passageId: state === null ? null : 'passage',
    state,
    plates: [],
    containers: [],
    temperature: 'UNKNOWN',
    since: null,
    reasons: [],
    open: true,
    agentSeenAt: null,
  };
}

function event(stream: string, seq: number, at: string): DeskEvent {
  const ids = { tripId: null, passageId: null, laneId: null, bayId: null };
  return { id: `${stream}#${seq}`, stream, seq, kind: 'passage.opened', at, actorRole: 'LANE_AGENT', facts: [], ...ids };
}

describe('the cards of the board', () => {
  it('are put in by lane and by bay', () => {
    const cards = new Cards();
    cards.merge([card({ laneId: 'lane-1' }, null), card({ bayId: 'bay-1' }, null)], cards.mark());
    cards.put(card({ bayId: 'bay-1' }, 'DIVERTED'));
    expect(cards.at('bay-1')?.state).toBe('DIVERTED');
    expect(cards.at('lane-1')?.state).toBeNull();
  });

  it('show a vehicle on its way to its bay in both places until it has left the lane', () => {
    const cards = new Cards();
    const underway = card({ bayId: 'bay-1', laneId: 'lane-1' }, 'DIVERTED');
    cards.merge([{ ...underway, agentSeenAt: '2026-11-22T12:00:00Z' }, underway], cards.mark());
    expect([cards.at('lane-1')?.state, cards.at('bay-1')?.state]).toEqual(['DIVERTED', 'DIVERTED']);
    expect(cards.at('lane-1')?.agentSeenAt).toBe('2026-11-22T12:00:00Z');
    cards.put(card({ laneId: 'lane-1' }, null));
    expect([cards.at('lane-1')?.state, cards.at('bay-1')?.state]).toEqual([null, 'DIVERTED']);
  });

  it('keep what an event brought while a whole board was on its way', () => {
    const cards = new Cards();
    const mark = cards.mark();
    cards.put(card({ laneId: 'lane-1' }, 'RELEASED'));
    cards.merge([card({ laneId: 'lane-1' }, 'MATCHING'), card({ laneId: 'lane-2' }, 'MATCHING')], mark);
    expect(cards.at('lane-1')?.state).toBe('RELEASED');
    expect(cards.at('lane-2')?.state).toBe('MATCHING');
  });

  it('take a board that was asked for after the event', () => {
    const cards = new Cards();
    cards.put(card({ laneId: 'lane-1' }, 'RELEASED'));
    cards.merge([card({ laneId: 'lane-1' }, null)], cards.mark());
    expect(cards.at('lane-1')?.state).toBeNull();
  });

  it('tell when the agent of a lane was last heard, whoever stands there', () => {
    const cards = new Cards();
    const mark = cards.mark();
    cards.put(card({ laneId: 'lane-1' }, 'MATCHING'));
    cards.hear('lane-1', '2026-11-22T09:00:10.000Z');
    cards.hear('lane-2', '2026-11-22T09:00:10.000Z');
    expect(cards.at('lane-1')).toEqual({
      ...card({ laneId: 'lane-1' }, 'MATCHING'),
      agentSeenAt: '2026-11-22T09:00:10.000Z',
    });
    expect(cards.at('lane-2')).toBeUndefined();
    cards.merge([card({ laneId: 'lane-2' }, null)], mark);
    expect(cards.at('lane-2')?.state).toBeNull();
  });
});

describe('the list of events', () => {
  it('is newest first and holds none twice', () => {
    const first = event('lane:1', 1, '2026-11-22T09:00:00.000Z');
    const second = event('lane:2', 1, '2026-11-22T09:00:01.000Z');
    const third = event('lane:1', 2, '2026-11-22T09:00:01.000Z');
    const list = withEvents(withEvents([], [first, second]), [second, third, first]);
    expect(list.map(({ id }) => id)).toEqual(['lane:1#2', 'lane:2#1', 'lane:1#1']);
  });

  it('puts events of one stream and one moment in their order', () => {
    const at = '2026-11-22T09:00:00.000Z';
    const list = withEvents([], [event('lane:1', 10, at), event('lane:1', 9, at)]);
    expect(list.map(({ seq }) => seq)).toEqual([10, 9]);
  });

  it('does not grow without end', () => {
    const many = Array.from({ length: LONGEST_LIST + 50 }, (_, index) =>
      event('lane:1', index + 1, new Date(1_800_000_000_000 + index * 1000).toISOString()),
    );
    const list = withEvents([], many);
    expect(list).toHaveLength(LONGEST_LIST);
    expect(list[0]?.seq).toBe(LONGEST_LIST + 50);
  });
});

describe('the address of a page', () => {
  it('comes back from its hash, with what is open in it', () => {
    expect(routeOf(hashOf('review', 'abc/1'))).toEqual({ page: 'review', open: 'abc/1' });
    expect(routeOf(hashOf('events'))).toEqual({ page: 'events', open: null });
  });

  it('is the board for everything unknown', () => {
    expect(routeOf('#/nowhere/x')).toEqual({ page: 'board', open: null });
    expect(routeOf('')).toEqual({ page: 'board', open: null });
  });
});
