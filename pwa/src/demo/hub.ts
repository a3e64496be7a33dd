/** What the demo asks of the hub, each time as one of the people it plays: all of it is the public schema. */
import { createClient, newKey, persist, type Ask, type Coded } from '@clearlane/ui';
import {
  AccountsDocument,
  AnswerDocument,
  ApproveDocument,
  CancelOrderDocument,
  CreateOrderDocument,
  DecideDocument,
  DepartedDocument,
  OrderDocument,
  PassageDocument,
  PlacesDocument,
  PositionsDocument,
  ReviewDocument,
  SignInDocument,
  ViewerDocument,
  type CreateWorkOrderInput,
  type DepartureWay,
  type Outcome,
  type PassageQuery,
  type PlacesQuery,
  type ReviewQuery,
} from './generated/graphql.ts';

export type Places = PlacesQuery['checkpoints'][number];
export type Review = NonNullable<ReviewQuery['tripReview']>;
export type Passage = NonNullable<PassageQuery['passage']>;
type Held = 'carrier' | 'officer';

/** The hub said no; `problem` says why. */
export class Refused extends Error {
  constructor(readonly problem: Coded) {
    super(problem.message ?? problem.code);
  }
}

const asCarrier = createClient('carrier');
const asOfficer = createClient('officer');
/** Without the officer's cookie: an agency's sign-in must not replace the officer's. */
const asNobody = createClient('officer', '/graphql', '');

async function change<Answer extends { __typename: string }>(
  work: (key: string) => Promise<Answer>,
): Promise<Exclude<Answer, { __typename: 'Problem' }>> {
  const key = newKey();
  const answer = await persist(() => work(key));
  if (answer.__typename === 'Problem') throw new Refused(answer as unknown as Coded);
  return answer as Exclude<Answer, { __typename: 'Problem' }>;
}

async function signIn(ask: Ask, role: 'CARRIER' | 'OFFICER' | 'AGENCY', accountId: string): Promise<string> {
  const { demoSignIn } = await ask(SignInDocument, { input: { role, accountId } });
  if (demoSignIn.__typename === 'Problem') throw new Refused(demoSignIn);
  return demoSignIn.token;
}

async function accountOf(role: string, agency: string | null = null): Promise<string> {
  const { demoAccounts } = await asNobody(AccountsDocument);
  const found = demoAccounts.find((account) => account.role === role && account.agency === agency);
  if (!found) throw new Error(`the demo has no ${agency ?? role}`);
  return found.id;
}

/** Signs an app's frame in, unless it is; true when it had to. */
export async function signedIn(app: Held): Promise<boolean> {
  const [ask, role] = app === 'carrier' ? ([asCarrier, 'CARRIER'] as const) : ([asOfficer, 'OFFICER'] as const);
  const { viewer } = await ask(ViewerDocument);
  if (viewer?.role === role) return false;
  await signIn(ask, role, await accountOf(role));
  return true;
}

/** The first checkpoint, and how far the hub's clock is ahead of this page's, in milliseconds. */
export async function places(): Promise<{ checkpoint: Places; ahead: number }> {
  const sent = Date.now();
  const { checkpoints, serverTime } = await asNobody(PlacesDocument);
  const [checkpoint] = checkpoints;
  if (!checkpoint) throw new Error('the demo has no checkpoint');
  return { checkpoint, ahead: Date.parse(serverTime) - (sent + Date.now()) / 2 };
}

export async function positions(checkpointId: string): Promise<{ stream: string; seq: number }[]> {
  return (await asOfficer(PositionsDocument, { checkpointId })).laneBoard.positions;
}

export interface SentOrder {
  id: string;
  link: string;
}

export async function sendOrder(order: Omit<CreateWorkOrderInput, 'idempotencyKey'>): Promise<SentOrder> {
  const sent = await change(
    async (idempotencyKey) => (await asCarrier(CreateOrderDocument, { input: { ...order, idempotencyKey } })).createWorkOrder,
  );
  return { id: sent.order.id, link: sent.link };
}

export async function tripOf(orderId: string): Promise<string | null> {
  return (await asCarrier(OrderDocument, { id: orderId })).workOrder?.tripId ?? null;
}

export async function cancelOrder(orderId: string): Promise<void> {
  await change(
    async (idempotencyKey) => (await asCarrier(CancelOrderDocument, { input: { idempotencyKey, orderId } })).cancelWorkOrder,
  );
}

export async function review(tripId: string): Promise<Review> {
  const { tripReview } = await asOfficer(ReviewDocument, { tripId });
  if (!tripReview) throw new Error(`trip ${tripId} is gone`);
  return tripReview;
}

export async function approve(tripId: string, note: string): Promise<void> {
  await change(async (idempotencyKey) => (await asOfficer(ApproveDocument, { input: { idempotencyKey, tripId, note } })).approveTrip);
}

/** Customs says HOLD (to be seen at a bay, with the reason) or lifts it. */
export async function customsSays(tripId: string, hold: { reason: string; place: string } | null): Promise<void> {
  const token = await signIn(asNobody, 'AGENCY', await accountOf('AGENCY', 'CUSTOMS'));
  const asCustoms = createClient('officer', '/graphql', token);
  const verdict = hold
    ? ({ state: 'HOLD', hold: { kind: 'AT_BAY', ...hold }, inspection: 'REQUIRED' } as const)
    : ({ state: 'CLEAR', inspection: 'NOT_REQUIRED' } as const);
  await change(
    async (idempotencyKey) => (await asCustoms(AnswerDocument, { input: { idempotencyKey, tripId, ...verdict } })).answerClearance,
  );
}

export async function passage(id: string): Promise<Passage> {
  const found = (await asOfficer(PassageDocument, { id })).passage;
  if (!found) throw new Error(`passage ${id} is gone`);
  return found;
}

export async function decide(passageId: string, outcome: Outcome, reason: string): Promise<void> {
  await change(
    async (idempotencyKey) => (await asOfficer(DecideDocument, { input: { idempotencyKey, passageId, outcome, reason } })).decidePassage,
  );
}

/** The vehicle has left its bay, `at` by the hub's clock. */
export async function departed(passageId: string, way: DepartureWay, at: Date): Promise<void> {
  const said = { passageId, way, laneId: null, at: at.toISOString() };
  await change(
    async (idempotencyKey) => (await asOfficer(DepartedDocument, { input: { idempotencyKey, ...said } })).reportDeparture,
  );
}
