/** How long the page waits before it asks its agent again. */
import { expect, it } from 'vitest';
import { waitBefore } from '../src/connection.ts';

it('waits longer after each failure, never above the cap with its jitter', () => {
  const waits = [0, 1, 2, 3, 4, 10].map((failures) => waitBefore(failures, 0.5));
  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(waitBefore(10, 1)).toBe(6500);
});
