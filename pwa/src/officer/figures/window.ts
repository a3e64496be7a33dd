/** The days whose figures are shown: some up to today, by the checkpoint's own clock. */
import { dayOf } from '@clearlane/ui';

/** As many as the API counts at once are the most. */
export const WINDOWS = ['1', '7', '31'] as const;

const DAY_MS = 24 * 3_600_000;

export interface Days {
  firstDay: string;
  lastDay: string;
}

/** The last so many days, today included. */
export const lastDays = (number: number, now: number): Days => ({
  firstDay: dayOf(now - (number - 1) * DAY_MS),
  lastDay: dayOf(now),
});
