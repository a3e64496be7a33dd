/** How old the picture on the screen is, as a person would say it. */

export interface Picture {
  state: 'connecting' | 'live' | 'offline';
  /** Local milliseconds of the last sign of life from the server; 0: none yet. */
  heardAt: number;
  /** How late the newest event came, in milliseconds; 0: in time. */
  lateBy: number;
}
export type Freshness =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'behind'; seconds: number }
  | { kind: 'offline'; seconds: number; lastAt: number };

/** The socket is asked for a sign of life every 5 s; one may be late by this much. */
export const SILENCE_MS = 7_000;
/** Below this a screen counts as live: nobody sees the difference. */
const LIVE_MS = 2_000;

/** What to say of the picture at local time `now`. */
export function freshness({ state, heardAt, lateBy }: Picture, now: number): Freshness {
  const silent = now - heardAt;
  if (heardAt === 0) return { kind: 'connecting' };
  if (state !== 'live') return { kind: 'offline', seconds: wholeSeconds(silent), lastAt: heardAt };
  const behind = Math.max(lateBy, silent > SILENCE_MS ? silent : 0);
  return behind < LIVE_MS ? { kind: 'live' } : { kind: 'behind', seconds: wholeSeconds(behind) };
}

/** A span in the largest units that still tell something: 45 s, 3 min 5 s, 2 h 10 min. */
export type Span =
  | { unit: 'seconds'; seconds: number }
  | { unit: 'minutes'; minutes: number; seconds: number }
  | { unit: 'hours'; hours: number; minutes: number };

export function span(milliseconds: number): Span {
  const seconds = wholeSeconds(milliseconds);
  if (seconds < 60) return { unit: 'seconds', seconds };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { unit: 'minutes', minutes, seconds: seconds % 60 };
  return { unit: 'hours', hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

function wholeSeconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 1000));
}
