/** The live part of a code: a one-way hash chain that ages a copied picture (core/vouchers/live.py is the reference). */
import { sha256 } from '@noble/hashes/sha2.js';

/** Milliseconds a step lasts. */
export const STEP_MS = 30_000;
/** The length of the chain: 24 hours of steps. */
export const STEPS = 2880;
/** Bytes of a seed, a link and an anchor. */
export const LINK_BYTES = 16;

/** A fresh secret for one voucher. */
export function newSeed(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(LINK_BYTES));
}

/** What the phone shows in `step`: the seed hashed `STEPS - step` times, cut to 16 bytes each time. */
export function proof(seed: Uint8Array, step: number): Uint8Array {
  if (seed.length !== LINK_BYTES || !Number.isInteger(step) || step < 0 || step > STEPS) {
    throw new RangeError('a seed of 16 bytes and a step of 0 to 2,880 are needed');
  }
  let link = seed;
  for (let times = STEPS - step; times > 0; times -= 1) link = sha256(link).subarray(0, LINK_BYTES);
  return link;
}

/** The public end of the chain, sent with the declaration. */
export const anchor = (seed: Uint8Array): Uint8Array => proof(seed, 0);

/** The step of a moment (milliseconds since 1970), kept within 1 and 2,880: step 0 shows the anchor, which proves nothing. */
export function stepAt(notBefore: number, now: number): number {
  return Math.min(Math.max(Math.floor((now - notBefore) / STEP_MS), 1), STEPS);
}
