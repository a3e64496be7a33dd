/** Decides which codes seen by camera or wedge are worth sending to the agent. */
import type { Phase } from '../protocol.ts';

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const HEADER = 'CL1:';

/** In these a code can start something; a vehicle being served or sent off keeps its own. */
const LISTENING: ReadonlySet<Phase> = new Set(['REST', 'REFUSED', 'ASSIST']);
/** A code held in view is said once; it counts as shown anew after it was away this long. */
export const AWAY_MS = 3000;
/** A live code changes every 30 s while it is still the same voucher. */
export const SAME_VOUCHER_MS = 3000;

/** The voucher's own part of a code, the same in every 30 s step of its live part. */
export function voucherPart(text: string): string {
  if (!text.startsWith(HEADER)) return text;
  const digits = [...text.slice(HEADER.length, HEADER.length + 3)].map((character) => BASE45.indexOf(character));
  const [low = -1, middle = -1, high = -1] = digits;
  if (Math.min(low, middle, high) < 0) return text;
  const start = HEADER.length + 3;
  return text.slice(start, start + low + middle * 45 + high * 2025);
}

/** Coming to rest from these, the vehicle before the lane is another one: what is in view counts anew. */
const VEHICLE_HAS_LEFT: ReadonlySet<Phase> = new Set(['GO', 'BAY', 'ASSIST', 'CLOSED', 'FAULT']);

export class ScanGate {
  #phase: Phase = 'CLOSED';
  #text = '';
  #voucher = '';
  #seenAt = Number.NEGATIVE_INFINITY;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** The lane is in this phase from now on. */
  enter(phase: Phase): void {
    if (phase === 'REST' && VEHICLE_HAS_LEFT.has(this.#phase)) this.#forget();
    this.#phase = phase;
  }

  /**
   * True when the text should go to the agent now. A camera sees a code many times a second: it is sent
   * once, then again only when it changed or was away.
   * @param at monotonic time in milliseconds
   */
  admits(text: string, at: number): boolean {
    const voucher = voucherPart(text);
    const inView = at - this.#seenAt < AWAY_MS;
    const again = text === this.#text ? inView : voucher === this.#voucher && at - this.#sentAt < SAME_VOUCHER_MS;
    if (voucher === this.#voucher) this.#seenAt = at;
    if (again || !LISTENING.has(this.#phase)) return false;
    this.#text = text;
    this.#voucher = voucher;
    this.#seenAt = at;
    this.#sentAt = at;
    return true;
  }

  #forget(): void {
    this.#text = '';
    this.#voucher = '';
  }
}
