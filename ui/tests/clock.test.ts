/** The server's clock on a phone, dates in the checkpoint's time, and pauses before reconnecting. */
import { afterEach, expect, it, vi } from 'vitest';
import { ServerClock } from '../src/clock.ts';
import { countdown, fromLocalInput, toLocalInput } from '../src/format.ts';
import { pauseBefore } from '../src/live.ts';

afterEach(() => vi.useRealTimers());

it('knows the time of the server on a phone that is two minutes slow', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T16:58:00.000Z') });
  const clock = new ServerClock();
  clock.note('2026-11-22T17:00:00.100Z', Date.now() - 200, Date.now());
  expect(new Date(clock.now()).toISOString()).toBe('2026-11-22T17:00:00.200Z');
  vi.advanceTimersByTime(30_000);
  expect(new Date(clock.now()).toISOString()).toBe('2026-11-22T17:00:30.200Z');
});

it('takes up a measurement from before a restart', () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const clock = new ServerClock();
  clock.restore({ offset: 5_000, measuredAt: 0 });
  expect(clock.now()).toBe(1_005_000);
});

it('shows and reads times in the checkpoint zone, whatever the phone is set to', () => {
  expect(toLocalInput('2026-11-22T17:00:00.000Z')).toBe('2026-11-23T01:00');
  expect(fromLocalInput('2026-11-23T01:00')).toBe('2026-11-22T17:00:00.000Z');
  expect([toLocalInput(null), fromLocalInput(''), fromLocalInput('soon')]).toEqual(['', null, null]);
});

it('counts down in minutes and hours, and not below zero', () => {
  expect([65_000, 3_909_000, -5].map(countdown)).toEqual(['1:05', '1:05:09', '0:00']);
});

it('waits longer before each new attempt, with jitter and a limit', () => {
  expect([0, 1, 2].map((attempt) => pauseBefore(attempt, 1))).toEqual([500, 1000, 2000]);
  expect([pauseBefore(0, 0), pauseBefore(50, 1)]).toEqual([250, 10_000]);
});
