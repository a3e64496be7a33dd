/** How wide each person's screen is drawn: phones keep a phone's shape, the officer's gets what is left. */

const GAP = 12;
const EDGE = 16;
const TITLE = 40;
const PHONE_SHAPE = 390 / 800;
const LANE_SHAPE = 540 / 900;
const LARGEST_PHONE = 520;
const LARGEST_LANE = 760;
/** The officer's tables need this share of the window, else they are too small to read. */
const OFFICER_SHARE = 0.36;

/** The widths of carrier, phone, lane and officer for a stage of this size, in CSS pixels. */
export function widths(stageWidth: number, stageHeight: number): [number, number, number, number] {
  const width = Math.max(0, stageWidth - 2 * EDGE - 3 * GAP);
  const height = Math.max(0, stageHeight - 2 * GAP - TITLE);
  const phone = Math.min(height * PHONE_SHAPE, LARGEST_PHONE);
  const lane = Math.min(height * LANE_SHAPE, LARGEST_LANE);
  const room = width * (1 - OFFICER_SHARE);
  const fit = Math.min(1, room / Math.max(1, 2 * phone + lane));
  const [narrow, tall] = [Math.floor(phone * fit), Math.floor(lane * fit)];
  return [narrow, narrow, tall, Math.floor(width - 2 * narrow - tall)];
}
