/** Which page is shown: what the address asks for, as far as the trip's state allows it. */
import type { Home } from './api.ts';
import { isRowPage, PAGES, type Page } from './declare/pages.ts';

export type Route =
  | { page: 'open'; code: string }
  | { page: 'none' }
  | { page: 'accepted' }
  | { page: 'declare'; step: Page; row: number | null }
  | { page: 'way' }
  | { page: 'code' }
  | { page: 'print' };

function declared(home: Home, parts: string[]): Route {
  const step = PAGES.find((page) => parts[0] === 'declare' && page === parts[1]);
  const row = /^\d{1,3}$/.test(parts[2] ?? '') ? Number(parts[2]) : 0;
  if (step) return { page: 'declare', step, row: isRowPage(step) ? row : null };
  return home.order && !home.trip?.submittedAt ? { page: 'accepted' } : { page: 'declare', step: 'check', row: null };
}

/** The page for an address (`#/open/<code>`, `#/declare/<page>`, `#/way`, `#/code`, `#/print`) and what is known of the trip. */
export function routeFor(hash: string, home: Home | null): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').filter(Boolean);
  if (parts[0] === 'open' && parts[1]) return { page: 'open', code: decodeURIComponent(parts[1]) };
  if (!home?.trip) return { page: 'none' };
  if (home.trip.state === 'DRAFT') return declared(home, parts);
  const showable = home.voucher?.state === 'ISSUED' && home.voucher.partOne;
  const inLane = home.passage !== null;
  // What is on paper is shown as paper; the question whether to print belongs to a vehicle that has not arrived.
  const shown = home.voucher?.presentation === 'PRINT' || (parts[0] === 'print' && !inLane) ? 'print' : 'code';
  if (showable && !inLane && parts[0] !== 'way') return { page: shown };
  if (showable && (parts[0] === 'code' || parts[0] === 'print')) return { page: shown };
  return { page: 'way' };
}

/** Goes to an address of this app. */
export function go(path: string): void {
  location.hash = `#/${path}`;
}
