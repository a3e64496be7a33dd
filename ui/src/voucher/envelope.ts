/** The text of the QR code: prefix, length of part one, the signed part one, the live part. */
import { base45 } from './base45.ts';
import { LINK_BYTES, proof, stepAt } from './live.ts';

const PREFIX = 'CL1:';

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}

/** The code of one step: `CL1:` + length (3 characters) + part one + base45 of the step and its link. */
export function envelope(partOne: string, seed: Uint8Array, step: number): string {
  const live = new Uint8Array(2 + LINK_BYTES);
  live.set(uint16(step));
  live.set(proof(seed, step), 2);
  return PREFIX + base45(uint16(partOne.length)) + partOne + base45(live);
}

/** A voucher as the phone keeps it. */
export interface KeptVoucher {
  partOne: string;
  notBefore: string;
  expiresAt: string;
}

/** The code to show at a moment of the server's clock (milliseconds since 1970). */
export function codeAt(voucher: KeptVoucher, seed: Uint8Array, now: number): { text: string; step: number } {
  const step = stepAt(Date.parse(voucher.notBefore), now);
  return { text: envelope(voucher.partOne, seed, step), step };
}
