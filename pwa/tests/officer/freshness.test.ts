/** How old the officer's picture is, in words. */
import { describe, expect, it } from 'vitest';
import { freshness, SILENCE_MS, span } from '../../src/officer/desk/freshness.ts';

const NOW = 1_800_000_000_000;
const live = (heardAt: number, lateBy = 0) => freshness({ state: 'live', heardAt, lateBy }, NOW);

describe('the age of the picture', () => {
  it('is unknown before the first sign of life', () => {
    expect(freshness({ state: 'connecting', heardAt: 0, lateBy: 0 }, NOW)).toEqual({ kind: 'connecting' });
  });

  it('is live while signs of life come in time', () => {
    expect(live(NOW - 200)).toEqual({ kind: 'live' });
    expect(live(NOW - SILENCE_MS)).toEqual({ kind: 'live' });
    expect(live(NOW - 200, 1_900)).toEqual({ kind: 'live' });
  });

  it('is behind by what the newest event was late', () => {
    expect(live(NOW - 200, 2_400)).toEqual({ kind: 'behind', seconds: 2 });
  });

  it('is behind by the silence of a socket that looks open', () => {
    expect(live(NOW - 9_000)).toEqual({ kind: 'behind', seconds: 9 });
  });

  it('is offline since the last sign of life, while reconnecting too', () => {
    for (const state of ['offline', 'connecting'] as const) {
      const heardAt = NOW - 40_000;
      expect(freshness({ state, heardAt, lateBy: 0 }, NOW)).toEqual({ kind: 'offline', seconds: 40, lastAt: heardAt });
    }
  });
});

describe('a span', () => {
  it('is said in the units that still tell something', () => {
    expect(span(-5)).toEqual({ unit: 'seconds', seconds: 0 });
    expect(span(59_400)).toEqual({ unit: 'seconds', seconds: 59 });
    expect(span(59_600)).toEqual({ unit: 'minutes', minutes: 1, seconds: 0 });
    expect(span(185_000)).toEqual({ unit: 'minutes', minutes: 3, seconds: 5 });
    expect(span(7_800_000)).toEqual({ unit: 'hours', hours: 2, minutes: 10 });
  });
});
