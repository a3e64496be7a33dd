/** What the driver's phone keeps: the last known state, the seeds of the codes, and what was typed but not yet sent. */
import type { ClockReading } from '@clearlane/ui';
import { OfflineStore } from '@clearlane/ui/offline';
import type { Seeds } from '@clearlane/ui/voucher';
import type { Home } from './api.ts';
import type { Port } from './code/sheet.ts';
import type { Draft } from './declare/draft.ts';
import type { DeclarationInput } from './generated/graphql.ts';

/** A submission whose answer has not been seen: it is repeated under the same key until it is. */
export interface Submission {
  tripId: string;
  key: string;
  anchors: string[];
  declaration: DeclarationInput;
}

/** What stands around the trip: is this a demo, and what are lanes and bays called. */
export interface Surroundings {
  demo: boolean;
  places: Record<string, { kind: 'LANE' | 'BAY'; number: number }>;
  /** By checkpoint; a phone that learned the places earlier has none. */
  ports?: Record<string, Port>;
}

/** An answer that is being written, and the key under which it is sent. */
export interface Answer {
  text: string;
  key: string;
}

export interface Kept {
  home: Home;
  /** Local time at which `home` was last confirmed, milliseconds. */
  checkedAt: number;
  clock: ClockReading;
  seeds: Seeds;
  draft: { tripId: string; draft: Draft };
  submission: Submission;
  surroundings: Surroundings;
  /** By question. */
  answers: Record<string, Answer>;
  /** Link code and idempotency key of an acceptance whose answer has not been seen. */
  opening: { code: string; key: string };
}

export type DriverStore = OfflineStore<Kept>;
export const openDriverStore = (name = 'clearlane-driver'): DriverStore => new OfflineStore<Kept>(name);
