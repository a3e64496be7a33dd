/** The demo's own reckoning: who comes, when a picture is too old, how wide each screen is drawn. */
import { checkContainer, parsePlate } from '@clearlane/ui/identifiers';
import { expect, it } from 'vitest';
import { drawCast } from '../../src/demo/cast.ts';
import { tooOldAt } from '../../src/demo/stories/picture.ts';
import { widths } from '../../src/demo/widths.ts';

it('draws trucks that the rules take, each with plates of its own', () => {
  const casts = Array.from({ length: 50 }, drawCast);
  for (const { truck } of casts) {
    for (const { text, jurisdiction } of truck.plates) expect(parsePlate(text, jurisdiction)).not.toBeNull();
    for (const number of truck.containers) expect(checkContainer(number).result).toBe('good');
  }
  expect(new Set(casts.map(({ truck }) => truck.plates[1]?.text)).size).toBeGreaterThan(45);
});

it('waits until a picture is more than one step of 30 s old, and not longer', () => {
  expect(tooOldAt(60_000, 0)).toBe(120_500);
  expect(tooOldAt(89_999, 0)).toBe(120_500);
  expect(tooOldAt(90_000, 0)).toBe(150_500);
});

it.each([
  [1366, 540],
  [1440, 660],
  [2560, 840],
  [3440, 1200],
])('draws all four screens within a window of %i px, the officer’s the widest of the flat ones', (width, height) => {
  const [carrier, phone, lane, officer] = widths(width, height);
  expect(carrier).toBe(phone);
  expect(carrier + phone + lane + officer + 3 * 12 + 2 * 16).toBeLessThanOrEqual(width);
  expect(officer).toBeGreaterThanOrEqual(Math.floor((width - 68) * 0.36));
  expect(carrier).toBeGreaterThan(200);
  expect(lane).toBeGreaterThan(250);
});
