/** The seeds of a phone: one for each voucher it may be given, kept until they are no longer needed. */
import { fromBase64Url, toBase64Url } from './encoding.ts';
import { anchor, newSeed } from './live.ts';

/** Seeds by anchor, both as base64url. */
export type Seeds = Record<string, string>;

/** As many fresh seeds as a declaration carries anchors: the spare ones serve a re-issue while the phone is away. */
export function newSeeds(count = 4): Seeds {
  const seeds = Array.from({ length: count }, newSeed);
  return Object.fromEntries(seeds.map((seed) => [toBase64Url(anchor(seed)), toBase64Url(seed)]));
}

/** The seed of a voucher, found by its anchor; null when it belongs to another phone. */
export function seedFor(seeds: Seeds, voucherAnchor: string | null | undefined): Uint8Array | null {
  const seed = seeds[(voucherAnchor ?? '').replaceAll('=', '')];
  return seed ? fromBase64Url(seed) : null;
}
