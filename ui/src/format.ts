/** Dates, times and spans in the shown language, always in the checkpoint's time. */
import { currentLanguage, type Language } from './words.svelte.ts';

/** Shenzhen and Hong Kong share one time without summer time, whatever the phone is set to. */
const TIME_ZONE = 'Asia/Hong_Kong';
const ZONE_OFFSET_MS = 8 * 3_600_000;
/** How each language of the apps is written where the checkpoint is. */
export const LOCALES: Record<Language, string> = { en: 'en-HK', 'zh-Hans': 'zh-Hans-CN', 'zh-Hant': 'zh-Hant-HK' };

function formatted(iso: string | number, options: Intl.DateTimeFormatOptions): string {
  const locale = LOCALES[currentLanguage()];
  return new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, hourCycle: 'h23', ...options }).format(new Date(iso));
}

/** 2026-11-25: the day at the checkpoint, as the API has it */
export const dayOf = (instant: number): string => new Date(instant + ZONE_OFFSET_MS).toISOString().slice(0, 10);
/** 25 Nov: a day as the API has it */
export const dayShort = (day: string): string => formatted(`${day}T12:00:00+08:00`, { day: 'numeric', month: 'short' });
/** 14:03 */
export const clockTime = (iso: string | number): string => formatted(iso, { hour: '2-digit', minute: '2-digit' });
/** 14:03:22 */
export const clockTimeSeconds = (iso: string | number): string =>
  formatted(iso, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** Sun 14:03: for an instant within the next days */
export const weekdayAndTime = (iso: string | number): string =>
  formatted(iso, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
/** Sun 22 Nov, 14:03 */
export const dayAndTime = (iso: string | number): string =>
  formatted(iso, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** 1:05:09 or 5:09, for a clock that counts down; never below zero. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : `${Number(parts[0])}:${parts[1]}`;
}

/** An instant as the value of a datetime-local field, in the checkpoint's time. */
export function toLocalInput(iso: string | null | undefined): string {
  return iso ? new Date(Date.parse(iso) + ZONE_OFFSET_MS).toISOString().slice(0, 16) : '';
}

/** The instant of a datetime-local value in the checkpoint's time; null when it is none. */
export function fromLocalInput(value: string): string | null {
  // Some browsers add seconds; anything else that Date would guess at is none.
  const [, minutes] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?$/.exec(value) ?? [];
  const instant = Date.parse(`${minutes}:00Z`) - ZONE_OFFSET_MS;
  return minutes && Number.isFinite(instant) ? new Date(instant).toISOString() : null;
}
