/** Which page is shown: kept in the address, so that a reload and the back key do what they say. */
export const PAGES = ['board', 'review', 'trips', 'search', 'events', 'figures'] as const;
export type PageName = (typeof PAGES)[number];
export interface Route {
  page: PageName;
  /** The passage or trip that is open beside the list. */
  open: string | null;
}

/** Reads an address part such as `#/review/0123`. */
export function routeOf(hash: string): Route {
  const [, page = '', open = ''] = hash.split('/');
  const known = PAGES.find((name) => name === page);
  return { page: known ?? 'board', open: known !== undefined && open !== '' ? decodeURIComponent(open) : null };
}

export function hashOf(page: PageName, open: string | null = null): string {
  return open === null ? `#/${page}` : `#/${page}/${encodeURIComponent(open)}`;
}

class Address {
  route = $state.raw<Route>(routeOf(globalThis.location?.hash ?? ''));

  constructor() {
    globalThis.addEventListener?.('hashchange', () => (this.route = routeOf(location.hash)));
  }

  go(page: PageName, open: string | null = null): void {
    location.hash = hashOf(page, open);
  }
}

export const address = new Address();
