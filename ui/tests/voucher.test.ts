/** The phone's copy of the live proof and the code text gives the same answers as core/. */
import { generate, correction } from 'lean-qr';
import { expect, it } from 'vitest';
import envelopes from '../../core/vectors/envelope.json';
import live from '../../core/vectors/live.json';
import {
  anchor,
  codeAt,
  envelope,
  fromBase64Url,
  newSeeds,
  proof,
  seedFor,
  STEP_MS,
  stepAt,
  STEPS,
  toBase64Url,
} from '../src/voucher/index.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (data: Uint8Array): string => [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');

it('has the steps and the length of the chain that the lane expects', () => {
  expect([STEP_MS / 1000, STEPS]).toEqual([live.step_seconds, live.steps]);
});

it.each(live.links)('yields in step $step the link that the lane expects', ({ step, link }) => {
  expect(hex(proof(bytes(live.seed), step))).toBe(link);
});

it('sends an anchor that every later link leads to', () => {
  expect(hex(anchor(bytes(live.seed)))).toBe(live.anchor);
});

it.each(envelopes.composed)('writes the code of step $step as the lane reads it', (composed) => {
  const { part_one: partOne, not_before: notBefore, seed, step, text, now } = composed;
  expect(envelope(partOne, bytes(seed), step)).toBe(text);
  const voucher = { partOne, notBefore, expiresAt: notBefore };
  expect(codeAt(voucher, bytes(seed), Date.parse(now))).toEqual({ text, step });
});

it('shows another code in every step and the same one within a step', () => {
  const notBefore = '2026-11-22T16:00:00.000Z';
  const start = Date.parse(notBefore);
  const voucher = { partOne: '6BF', notBefore, expiresAt: notBefore };
  const seed = bytes(live.seed);
  const texts = [1, 2, 3, 4].map((step) => codeAt(voucher, seed, start + step * STEP_MS).text);
  expect(new Set(texts).size).toBe(4);
  expect(codeAt(voucher, seed, start + 2 * STEP_MS - 1).text).toBe(texts[0]);
});

it('keeps the step within the chain, before the voucher begins and after its day', () => {
  expect([stepAt(1000, 0), stepAt(0, 30 * 3_600_000), stepAt(0, STEP_MS)]).toEqual([1, STEPS, 1]);
});

it('refuses a step outside the chain', () => {
  expect(() => proof(bytes(live.seed), STEPS + 1)).toThrow(RangeError);
  expect(() => proof(bytes('00'), 1)).toThrow(RangeError);
});

it('draws the largest usual code in at most 57 modules', () => {
  const text = envelopes.composed.map((composed) => composed.text).sort((one, other) => other.length - one.length)[0];
  const code = generate(text ?? '', { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.L });
  expect(code.size).toBeLessThanOrEqual(57);
});

it('finds the seed of a voucher by its anchor, and none for another phone', () => {
  const seeds = newSeeds();
  const anchors = Object.keys(seeds);
  expect(new Set(anchors).size).toBe(4);
  for (const text of anchors) {
    const seed = seedFor(seeds, `${text}==`);
    expect(seed && toBase64Url(anchor(seed))).toBe(text);
    expect(fromBase64Url(text)).toHaveLength(16);
  }
  expect(seedFor(seeds, 'AAAAAAAAAAAAAAAAAAAAAA')).toBeNull();
  expect(seedFor(seeds, null)).toBeNull();
});
