/** The pages of the declaration: those every trip goes through, in their order, and those for what only some trips have. */

export const STEPS = ['vehicle', 'load', 'crossing', 'people'] as const;
export type Step = (typeof STEPS)[number];

/** Each is entered from the answers and from the step it belongs to. */
export const EXTRAS = {
  trailers: 'vehicle',
  equipment: 'load',
  seals: 'load',
  goods: 'load',
  dangerous: 'load',
  parties: 'load',
  references: 'load',
  countries: 'crossing',
  crew: 'people',
  documents: 'people',
} as const satisfies Record<string, Step>;
export type Extra = keyof typeof EXTRAS;

/** One row of a list on a page of its own: `declare/item/0`. */
export const ROW_PAGES = { item: 'goods', member: 'crew' } as const satisfies Record<string, Extra>;
export type RowPage = keyof typeof ROW_PAGES;

export type Page = Step | Extra | RowPage | 'check';
export const PAGES: readonly Page[] = [
  ...STEPS,
  ...(Object.keys(EXTRAS) as Extra[]),
  ...(Object.keys(ROW_PAGES) as RowPage[]),
  'check',
];

export const isStep = (page: Page): page is Step => STEPS.some((step) => step === page);
export const isRowPage = (page: Page): page is RowPage => page in ROW_PAGES;
export const isExtra = (page: Page): page is Extra => page in EXTRAS;
export const extrasOf = (step: Step): Extra[] => (Object.keys(EXTRAS) as Extra[]).filter((extra) => EXTRAS[extra] === step);

/** The address of a page; a page of one row names it. */
export const addressOf = (page: Page, row: number | null = null): string => `declare/${page}${row === null ? '' : `/${row}`}`;
