/** Which page is shown: what the address asks for, as far as the trip's state allows it. */
import type { Home } from './api.ts';
import { STEPS, type Page } from './declare/pages.ts';

export type Route =
  | { page: 'open'; code: string }
  | { page: 'none' }
  | { page: 'accepted' }
  | { page: 'declare'; step: Page }
  | { page: 'way' }
  | { page: 'code' };

const PAGES: readonly Page[] = [...STEPS, 'check'];

function declared(home: Home, parts: string[]): Route {
  const step = PAGES.find((page) => parts[0] === 'declare' && page === parts[1]);
  if (step) return { page: 'declare', step };
  return home.order && !home.trip?.submittedAt ? { page: 'accepted' } : { page: 'declare', step: 'check' };
}

/** The page for an address (`#/open/<code>`, `#/declare/<page>`, `#/way`, `#/code`) and what is known of the trip. */
export function routeFor(hash: string, home: Home | null): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').filter(Boolean);
  if (parts[0] === 'open' && parts[1]) return { page: 'open', code: decodeURIComponent(parts[1]) };
  if (!home?.trip) return { page: 'none' };
  if (home.trip.state === 'DRAFT') return declared(home, parts);
  const showable = home.voucher?.state === 'ISSUED' && home.voucher.partOne;
  const inLane = home.passage !== null;
  if (showable && !inLane && parts[0] !== 'way') return { page: 'code' };
  if (showable && parts[0] === 'code') return { page: 'code' };
  return { page: 'way' };
}

/** Goes to an address of this app. */
export function go(path: string): void {
  location.hash = `#/${path}`;
}
