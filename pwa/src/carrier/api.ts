/** The carrier's door to the API and the types that come through it. */
import { createClient } from '@clearlane/ui';
import type { OrderOfCarrierFragment, ViewerQuery } from './generated/graphql.ts';

export const ask = createClient('carrier');

export type Order = OrderOfCarrierFragment;
export type Viewer = NonNullable<ViewerQuery['viewer']>;
