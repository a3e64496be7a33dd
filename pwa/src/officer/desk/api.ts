/** The officer's door to the API, and the shapes that come through it. */
import { createClient } from '@clearlane/ui';
import type {
  CaptureQuery,
  LaneBoardQuery,
  PassageOnDeskFragment,
  ProblemOnDeskFragment,
  ReviewOnDeskFragment,
  TripOnDeskFragment,
  ViewerOnDeskFragment,
} from '../generated/graphql.ts';

export const APP = 'officer';
export const ask = createClient(APP);

export type Board = LaneBoardQuery['laneBoard'];
export type Capture = NonNullable<CaptureQuery['capture']>;
export type Passage = PassageOnDeskFragment;
export type Problem = ProblemOnDeskFragment;
export type Review = ReviewOnDeskFragment;
export type Rule = Review['reviewReasons'][number];
export type Trip = TripOnDeskFragment;
export type Viewer = ViewerOnDeskFragment;
