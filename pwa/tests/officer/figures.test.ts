/** Which days the figures are asked for. */
import { expect, it } from 'vitest';
import { lastDays } from '../../src/officer/figures/window.ts';

it('the last days end with today at the checkpoint, which is ahead of the world clock', () => {
  const lateInTheEvening = Date.parse('2026-11-25T17:30:00Z');
  expect(lastDays(1, lateInTheEvening)).toEqual({ firstDay: '2026-11-26', lastDay: '2026-11-26' });
  expect(lastDays(7, lateInTheEvening)).toEqual({ firstDay: '2026-11-20', lastDay: '2026-11-26' });
});
