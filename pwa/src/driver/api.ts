/** The driver's door to the API and the types that come through it. */
import { createClient } from '@clearlane/ui';
import type {
  ClearancePartsFragment,
  DriverHomeQuery,
  FailurePartsFragment,
  OrderPartsFragment,
  PassagePartsFragment,
  TripPartsFragment,
  VoucherPartsFragment,
} from './generated/graphql.ts';

export const ask = createClient('driver');

export type Home = DriverHomeQuery['driverHome'];
export type Order = OrderPartsFragment;
export type Trip = TripPartsFragment;
export type Voucher = VoucherPartsFragment;
export type Clearance = ClearancePartsFragment;
export type Passage = PassagePartsFragment;
export type Failure = FailurePartsFragment;
