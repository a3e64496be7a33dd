/** When a picture of the code is too old for a lane (core/vouchers/live.py: one step of skew). */
import { STEP_MS } from '@clearlane/ui/voucher';

export const LIVE_STEP_MS = STEP_MS;
const SKEW_STEPS = 1;
/** A lane's clock may differ a little from the hub's. */
const MARGIN_MS = 500;

/** For a picture taken at `taken` of a code good since `notBefore`, by the hub's clock. */
export function tooOldAt(taken: number, notBefore: number): number {
  const step = Math.floor((taken - notBefore) / STEP_MS);
  return notBefore + (step + SKEW_STEPS + 1) * STEP_MS + MARGIN_MS;
}
