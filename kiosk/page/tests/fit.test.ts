import { expect, test } from 'vitest';
import { largestScale, SMALLEST } from '../src/screens/fit.ts';

test('what fits is drawn at its own size', () => {
  expect(largestScale(() => false)).toBe(1);
});

test('what is a tenth too high is drawn smaller by little more than a tenth', () => {
  const scale = largestScale((tried) => 1.1 * tried > 1);
  expect(scale).toBeLessThanOrEqual(1 / 1.1);
  expect(scale).toBeGreaterThan(1 / 1.1 - 0.04);
});

test('what never fits is drawn no smaller than can be read', () => {
  expect(largestScale(() => true)).toBe(SMALLEST);
});
