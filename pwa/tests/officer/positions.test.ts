/** The feed on the officer's screen: resumed without loss, nothing taken twice. */
import { describe, expect, it } from 'vitest';
import { Positions } from '../../src/officer/desk/positions.ts';

const LANE = 'lane:liantang-1';
const event = (stream: string, seq: number) => ({ id: `${stream}#${seq}`, stream, seq });

function started(): Positions {
  const positions = new Positions();
  positions.reset([
    { stream: LANE, seq: 7 },
    { stream: 'site:liantang', seq: 0 },
  ]);
  return positions;
}

describe('the positions of a screen', () => {
  it('take the next event of a stream once', () => {
    const positions = started();
    expect(positions.take(event(LANE, 8))).toBe('new');
    expect(positions.take(event(LANE, 8))).toBe('seen');
    expect(positions.take(event(LANE, 9))).toBe('new');
    expect(positions.list()).toContainEqual({ stream: LANE, seq: 9 });
  });

  it('know events that the board already contained', () => {
    expect(started().take(event(LANE, 7))).toBe('seen');
  });

  it('tell a gap and do not move over it', () => {
    const positions = started();
    expect(positions.take(event(LANE, 10))).toBe('gap');
    expect(positions.list()).toContainEqual({ stream: LANE, seq: 7 });
  });

  it('begin a stream never heard of at its first event', () => {
    const positions = started();
    expect(positions.take(event('lane:liantang-9', 2))).toBe('gap');
    expect(positions.take(event('lane:liantang-9', 1))).toBe('new');
    expect(positions.take(event('lane:liantang-9', 2))).toBe('new');
  });

  it('keep the streams apart', () => {
    const positions = started();
    expect(positions.take(event('site:liantang', 1))).toBe('new');
    expect(positions.take(event(LANE, 8))).toBe('new');
  });

  it('know events of the review queue by their id, whatever their number', () => {
    const positions = started();
    expect(positions.take(event('trip:0123', 5))).toBe('new');
    expect(positions.take(event('trip:0123', 5))).toBe('seen');
    expect(positions.list().some(({ stream }) => stream.startsWith('trip:'))).toBe(false);
  });

  it('lose nothing and double nothing when a replay overlaps what is live', () => {
    const positions = started();
    const delivered = [8, 9, 8, 9, 10, 9, 10, 11].filter((seq) => positions.take(event(LANE, seq)) === 'new');
    expect(delivered).toEqual([8, 9, 10, 11]);
  });

  it('say when a replay is through', () => {
    const positions = started();
    const target = [
      { stream: LANE, seq: 8 },
      { stream: 'trip:0123', seq: 40 },
    ];
    expect(positions.covers(target)).toBe(false);
    positions.take(event(LANE, 8));
    expect(positions.covers(target)).toBe(true);
  });

  it('start anew from a snapshot after a resync', () => {
    const positions = started();
    positions.reset([{ stream: LANE, seq: 90 }]);
    expect(positions.take(event(LANE, 91))).toBe('new');
    expect(positions.list()).toEqual([{ stream: LANE, seq: 91 }]);
  });
});
