/** The port as tests drive it: the schema, the simulated devices' control, the lanes' public displays. */
import { expect } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AGENT, DEVICES, HOME, HUB } from './places.ts';

export type Lane = 'liantang-1' | 'liantang-2' | 'liantang-3';

export interface LaneView {
  phase: 'REST' | 'CHECKING' | 'MATCHING' | 'GO' | 'BAY' | 'REFUSED' | 'ASSIST' | 'CLOSED' | 'FAULT';
  reasons: { code: string; source: 'problem' | 'reason' }[];
  bay: { id: string; number: number } | null;
  barrier: string;
  hub: string;
}

export interface Vehicle {
  plates: { jurisdiction: 'CN' | 'HK' | 'MO'; text: string }[];
  containers: string[];
  temperature?: number;
}

/** A cross-border lorry with one container; `number` makes its plates its own, so that no two trips collide. */
export function lorry(number: number): Vehicle {
  const digits = String(1000 + number).slice(-3);
  return {
    plates: [
      { jurisdiction: 'CN', text: `粤ZD${digits}港` },
      { jurisdiction: 'HK', text: `UP${2000 + number}` },
    ],
    containers: ['CSQU3054383'],
    temperature: 36.5,
  };
}

/** Each vehicle has a driver of its own: the hub knows a driver by the phone number. */
export const phoneOf = (vehicle: Vehicle): string => `+8529123${vehicle.plates[1]?.text.slice(-4)}`;

export const key = (): string => randomUUID();

/** Ask the hub; returns the only root field. Throws on `errors`. */
export async function ask<T>(query: string, variables: Record<string, unknown>, token?: string): Promise<T> {
  const response = await fetch(`${HUB}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data?: Record<string, T>; errors?: unknown };
  if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer));
  const [only] = Object.values(answer.data);
  return only as T;
}

export async function signIn(role: 'CARRIER' | 'OFFICER' | 'AGENCY' | 'AUDITOR', accountId: string): Promise<string> {
  const session = await ask<{ token: string }>(
    `mutation($input: DemoSignInInput!) { demoSignIn(input: $input) { ... on Session { token } } }`,
    { input: { role, accountId } },
  );
  return session.token;
}

const hour = 3_600_000;
export const window = (): { windowStart: string; windowEnd: string } => ({
  windowStart: new Date(Date.now() - hour / 2).toISOString(),
  windowEnd: new Date(Date.now() + 3 * hour).toISOString(),
});

/** A carrier's order for the vehicle; returns the driver's one-time link. */
export async function order(vehicle: Vehicle, direction = 'SOUTHBOUND'): Promise<string> {
  const carrier = await signIn('CARRIER', 'carrier-hengtong');
  const input = {
    idempotencyKey: key(),
    reference: `J-${key().slice(0, 8)}`,
    direction,
    checkpointId: 'liantang',
    goodsSummary: 'Household goods',
    containers: vehicle.containers.map((number, index) => ({ number, seals: [`HT12345${6 + index}`] })),
    driverName: 'Wong Ka Ming',
    driverPhone: phoneOf(vehicle),
    ...window(),
  };
  const sent = await ask<{ link: string }>(
    `mutation($input: CreateWorkOrderInput!) { createWorkOrder(input: $input) {
      __typename ... on WorkOrderSent { link } ... on Problem { code path } } }`,
    { input },
    carrier,
  );
  expect(sent).toHaveProperty('link');
  return sent.link;
}

async function control(where: string, body: Record<string, unknown>, unless?: number): Promise<void> {
  const response = await fetch(`${DEVICES}/control/lanes/${where}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok && response.status !== unless) throw new Error(`${where}: ${response.status} ${await response.text()}`);
}

/** The vehicle drives to the lane's stop line; with a code, the lane's scanner reads it. */
export async function arrive(lane: Lane, vehicle: Vehicle, code?: string): Promise<void> {
  await control(`${lane}/present`, { ...vehicle, code: code ?? null, scan: code !== undefined });
}

/** The lane's scanner reads a code, whatever stands there. */
export const scan = (lane: Lane, code: string): Promise<void> => control(`${lane}/scan`, { code });

const EMPTY = 409;

/** Whatever stands in the lane backs out of it, if it has not left by itself meanwhile. */
export const backOut = (lane: Lane): Promise<void> => control(`${lane}/leave`, { way: 'back' }, EMPTY);

export async function view(lane: Lane): Promise<LaneView> {
  return (await (await fetch(`${AGENT}/lane/${lane}/display`)).json()) as LaneView;
}

export async function phase(lane: Lane, expected: LaneView['phase']): Promise<LaneView> {
  await expect.poll(async () => (await view(lane)).phase, { timeout: 40_000 }).toBe(expected);
  return view(lane);
}

/** The refusal the lane shows for a code, as its public display tells it. */
export async function refusal(lane: Lane, code: string): Promise<string> {
  await scan(lane, code);
  const shown = await phase(lane, 'REFUSED');
  return shown.reasons[0]?.code ?? '';
}

interface Recorded {
  kind: string;
  facts: { name: string; value: string }[];
  laneId: string | null;
  voucherId: string | null;
}

/**
 * A phone shows no step before the first, and a lane takes one step of skew: only a code that is good since more than
 * three steps of 30 s has an old picture. Waits until the one good since `notBefore` has (the hub antedates by 60 s).
 */
export async function oldEnough(notBefore: number): Promise<void> {
  await expect.poll(() => Date.now() - notBefore, { timeout: 60_000 }).toBeGreaterThan(95_000);
}

/** The newest events of the checkpoint, as the officer's list has them. */
export async function events(first = 100): Promise<Recorded[]> {
  const officer = await signIn('OFFICER', 'officer-1');
  const found = await ask<{ edges: { node: Recorded }[] }>(
    `query($first: Int!) { events(checkpointId: "liantang", first: $first) {
      edges { node { kind laneId voucherId facts { name value } } } } }`,
    { first },
    officer,
  );
  return found.edges.map(({ node }) => node);
}

/** Barrier openings the simulated barrier of a lane has really made. */
export async function openings(lane: Lane): Promise<number> {
  const state = (await (await fetch(`${DEVICES}/control`)).json()) as {
    lanes: { laneId: string; openings: number }[];
  };
  const found = state.lanes.find(({ laneId }) => laneId === lane);
  if (!found) throw new Error(`the simulator has no ${lane}`);
  return found.openings;
}

/** The links that went out, newest last. */
export function messages(): string[] {
  const file = path.join(HOME, 'messages.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
