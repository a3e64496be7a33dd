/** A truck is painted as its code declares it; the codes are core's own vectors. */
import { expect, it } from 'vitest';
import vectors from '../../../core/vectors/envelope.json';
import { declaredIn } from '../../src/demo/declared.ts';

const readable = vectors.cases.flatMap((known) =>
  'claims' in known && known.claims ? [[known.name, known.text, known.claims] as const] : [],
);

it('has codes to try', () => {
  expect(readable.length).toBeGreaterThan(0);
});

it.each(readable)('reads plates and containers of %s', (_, text, claims) => {
  expect(declaredIn(` ${text}\n`)).toEqual({ plates: claims.plates, containers: claims.containers });
});

it.each(['', 'https://example.org/', 'CL1:', 'CL1:é00AAA', 'CL1:Q60RRQ'])('raises for %j', (text) => {
  expect(() => declaredIn(text)).toThrow();
});
