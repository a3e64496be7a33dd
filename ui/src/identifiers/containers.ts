/** Container numbers (ISO 6346), checked while they are typed (core/identifiers/containers.py is the reference). */
import { normalise } from './text.ts';

export type ContainerCheck =
  | { result: 'good'; text: string; display: string }
  | { result: 'check-digit'; text: string; expected: string }
  | { result: 'form' };

// Letters count from 10 and leave out the multiples of 11.
const VALUES = '0123456789A*BCDEFGHIJK*LMNOPQRSTU*VWXYZ';

/** The ISO 6346 check digit of four letters and six digits. */
export function checkDigit(firstTen: string): number {
  const total = [...firstTen].reduce((sum, sign, place) => sum + VALUES.indexOf(sign) * 2 ** place, 0);
  return (total % 11) % 10;
}

/** What a typed number is: a container number, one with a wrong check digit, or not of that form (yet). */
export function checkContainer(typed: string): ContainerCheck {
  const text = normalise(typed);
  if (!/^[A-Z]{3}[UJZ][0-9]{7}$/.test(text)) return { result: 'form' };
  const expected = String(checkDigit(text.slice(0, 10)));
  if (expected !== text.charAt(10)) return { result: 'check-digit', text, expected };
  return { result: 'good', text, display: `${text.slice(0, 4)} ${text.slice(4, 10)} ${text.charAt(10)}` };
}
