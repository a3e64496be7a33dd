/** What a draft states on the pages for what only some trips have. */
import { statedIn, type Stated } from '@clearlane/ui';
import { sealsOf, withoutEmptyRows, type Draft } from './draft.ts';
import type { Extra } from './pages.ts';
import { declarationOf } from './wire.ts';

/** Each statement of a page with its label and its lines; none where nothing is stated. */
export const statedOn = (extra: Extra, draft: Draft): Stated[] =>
  statedIn(extra, declarationOf(withoutEmptyRows(draft), 'EN'));

/** Only what has containers or seals can say more of them. */
export function hasPlace(extra: Extra, draft: Draft): boolean {
  if (extra === 'equipment') return draft.containers.length > 0;
  return extra !== 'seals' || draft.containers.some(({ seals }) => sealsOf(seals).length > 0);
}
