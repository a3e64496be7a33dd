/** The simulated port's control: trucks come, codes are held before scanners, trucks drive away. */
import type { Truck } from './cast.ts';
import { beside } from './places.ts';

export interface LaneState {
  laneId: string;
  vehicle: { name: string; plates: { text: string }[]; traffic: boolean; leaving: string | null } | null;
  /** Lane agents that listen to this lane's scanner. */
  agents: number;
}

/** The simulator said no; `status` 409: the lane is taken, or nobody listens. */
export class ControlRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const TAKEN = 409;

async function ask(path: string, body?: object): Promise<unknown> {
  const sent = body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
  const answer = await fetch(`${beside(location, 2)}/control${path}`, sent);
  const said = (await answer.json().catch(() => ({}))) as { message?: string };
  if (!answer.ok) throw new ControlRefused(answer.status, said.message ?? String(answer.status));
  return said;
}

const lane = (laneId: string, what: string): string => `/lanes/${encodeURIComponent(laneId)}/${what}`;

/** The lanes as the simulator has them; empty where it does not run. */
export async function lanesNow(): Promise<LaneState[]> {
  try {
    return ((await ask('')) as { lanes: LaneState[] }).lanes;
  } catch (error) {
    if (error instanceof ControlRefused || error instanceof TypeError) return [];
    throw error;
  }
}

/** A truck drives to the stop line; false when another stands there. Throws ControlRefused. */
export async function bring(laneId: string, truck: Truck, temperature: number): Promise<boolean> {
  if ((await lanesNow()).find((state) => state.laneId === laneId)?.vehicle) return false;
  try {
    await ask(lane(laneId, 'present'), { ...truck, temperature, scan: false });
    return true;
  } catch (error) {
    if (error instanceof ControlRefused && error.status === TAKEN) return false;
    throw error;
  }
}

/** A code is held before the lane's scanner. Throws ControlRefused where nobody listens. */
export async function show(laneId: string, code: string): Promise<void> {
  await ask(lane(laneId, 'scan'), { code });
}

/** The truck with this plate, if it still stands in the lane, drives away. */
export async function driveOff(laneId: string, truck: Truck, way: 'side' | 'back'): Promise<void> {
  const standing = (await lanesNow()).find((state) => state.laneId === laneId)?.vehicle;
  const ours = standing?.plates.some(({ text }) => truck.plates.some((plate) => plate.text === text));
  if (!ours || standing?.leaving) return;
  try {
    await ask(lane(laneId, 'leave'), { way });
  } catch (error) {
    // it left by itself meanwhile
    if (!(error instanceof ControlRefused && error.status === TAKEN)) throw error;
  }
}
