/** A driver's home as the API gives it, to vary in tests. */
import type { Home, Trip, Voucher } from '../../src/driver/api.ts';

export const TRIP: Trip = {
  id: '15161718191a1b1c1d1e1f20',
  orderId: '2122232425262728292a2b2c',
  reference: 'SZ-1',
  state: 'DRAFT',
  checkpointId: 'liantang',
  voucherId: null,
  submittedAt: null,
  decidedAt: null,
  rejectionReason: null,
  version: 1,
  failures: [],
  declaration: {
    driverName: '陈志强',
    driverPhone: '+85261234567',
    direction: 'SOUTHBOUND',
    plates: [],
    trailers: [],
    containers: [
      { number: 'CSQU3054383', seals: ['HLG4471023', 'HLG4471024'], sealDetails: [], sizeType: null, loaded: null },
    ],
    goodsItems: [],
    parties: [],
    references: [],
    departureCountry: null,
    destinationCountry: null,
    transitCountries: [],
    driverNationality: null,
    driverDocuments: [],
    crewMembers: [],
    crew: null,
    feverFree: null,
    goodsSummary: 'Electronic parts',
    windowStart: '2026-11-22T18:00:00.000Z',
    windowEnd: '2026-11-22T21:00:00.000Z',
  },
};

export const VOUCHER: Voucher = {
  id: '0102030405060708090a0b0c',
  state: 'ISSUED',
  presentation: 'LIVE',
  notBefore: '2026-11-22T16:00:00.000Z',
  expiresAt: '2026-11-23T16:00:00.000Z',
  partOne: 'RRQ',
  printText: null,
  endedByKey: false,
  anchor: 'tKs5aRbczSq2tp_iuxrsng',
};

export const ORDER: NonNullable<Home['order']> = {
  id: '2122232425262728292a2b2c',
  reference: 'SZ-1',
  state: 'ACCEPTED',
  direction: 'SOUTHBOUND',
  checkpointId: 'liantang',
  goodsSummary: 'Electronic parts',
  carrierName: 'Hengtong',
  driverName: '陈志强',
  windowStart: '2026-11-22T18:00:00.000Z',
  windowEnd: '2026-11-22T21:00:00.000Z',
  containers: [{ number: 'CSQU3054383', seals: [] }],
};

/** A home in which some things differ. */
export function home(change: Partial<Home> & { state?: Trip['state']; submittedAt?: string } = {}): Home {
  const { state = 'DRAFT', submittedAt = null, ...rest } = change;
  return {
    serverTime: '2026-11-22T17:00:00.000Z',
    positions: [],
    order: ORDER,
    trip: { ...TRIP, state, submittedAt },
    clearances: [],
    questions: [],
    visits: [],
    voucher: null,
    passage: null,
    ...rest,
  };
}

export const PASSAGE: NonNullable<Home['passage']> = {
  id: '01JDA0000000000000000000AA',
  state: 'MATCHING',
  openedAt: '2026-11-22T17:10:00.000Z',
  releasedAt: null,
  exitedAt: null,
  place: { kind: 'LANE', id: 'liantang-1', since: '2026-11-22T17:10:00.000Z' },
  decision: null,
};
