/** The tone (icon and colour) and the words of every state, the same on every page. */
import type uiWords from '../words/en.json';
import type { Tone } from './components/StatusChip.svelte';
import { t } from './words.svelte.ts';

const TONES = {
  order: {
    DRAFT: 'idle', ASSIGNED: 'info', ACCEPTED: 'info', COMPLETED: 'pass', DECLINED: 'stop', CANCELLED: 'stop', EXPIRED: 'idle',
  },
  trip: {
    DRAFT: 'idle', SUBMITTED: 'info', UNDER_REVIEW: 'hold', APPROVED: 'pass', REJECTED: 'stop', WITHDRAWN: 'idle',
    ARRIVED: 'info', HELD: 'hold', CLEARED: 'pass', TURNED_BACK: 'stop', DETAINED: 'stop', EXPIRED: 'idle',
  },
  clearance: { PENDING: 'info', CLEAR: 'pass', HOLD: 'hold', SILENT: 'idle' },
  voucher: { ISSUED: 'pass', SUPERSEDED: 'idle', REVOKED: 'stop', SPENT: 'idle', EXPIRED: 'idle' },
  passage: {
    IDENTIFYING: 'info', MATCHING: 'info', ASSISTING: 'hold', DIVERTED: 'hold', RELEASED: 'pass', EXITED: 'pass',
    REFUSED: 'stop', ABANDONED: 'idle', FAULT: 'stop',
  },
} as const satisfies Record<string, Record<string, Tone>>;

export type StateKind = keyof typeof TONES;
export type StateOf<Kind extends StateKind> = keyof (typeof TONES)[Kind] & string;

/** The tone and word of a state: what a StatusChip shows. */
export function stateShown<Kind extends StateKind>(kind: Kind, state: StateOf<Kind>): { tone: Tone; word: string } {
  const tones: Record<string, Tone> = TONES[kind];
  return { tone: tones[state] ?? 'idle', word: t(`${kind}.${state}` as keyof typeof uiWords) };
}

/** An agency's name. */
export const agencyName = (agency: 'CUSTOMS' | 'BORDER_INSPECTION' | 'HEALTH' | 'TRANSPORT' | 'QUARANTINE'): string =>
  t(`agency.${agency}`);
/** The direction of travel. */
export const directionName = (direction: 'SOUTHBOUND' | 'NORTHBOUND'): string => t(`direction.${direction}`);
