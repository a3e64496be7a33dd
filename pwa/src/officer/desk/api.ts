/** The officer's door to the API, and the shapes that come through it. */
import { createClient } from '@clearlane/ui';
import type {
  CaptureQuery,
  DisclosuresQuery,
  LaneBoardQuery,
  PassageOnDeskFragment,
  ProblemOnDeskFragment,
  ReviewOnDeskFragment,
  ReviewRowOnDeskFragment,
  SearchQuery,
  TripRowOnDeskFragment,
  ViewerOnDeskFragment,
} from '../generated/graphql.ts';

export const APP = 'officer';
export const ask = createClient(APP);

export type Board = LaneBoardQuery['laneBoard'];
export type Capture = NonNullable<CaptureQuery['capture']>;
export type Passage = PassageOnDeskFragment;
export type Disclosure = DisclosuresQuery['disclosures']['edges'][number]['node'];
export type Found = SearchQuery['searchTrips']['edges'][number]['node'];
export type Problem = ProblemOnDeskFragment;
export type Review = ReviewOnDeskFragment;
/** A review in a list: without the driver. */
export type ReviewRow = ReviewRowOnDeskFragment;
export type Rule = Review['reviewReasons'][number];
/** A trip in a list: without its driver. */
export type Trip = TripRowOnDeskFragment;
export type Viewer = ViewerOnDeskFragment;
