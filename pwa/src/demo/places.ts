/** Where the parts of the demo are: the lane agents one port above the hub, the simulated devices two above. */
import { declaredIn, type Declared } from './declared.ts';

export interface Lane {
  id: string;
  number: number;
}

/** The address of a part of the demo that runs `above` ports above the page's own. */
export function beside(page: { protocol: string; hostname: string; port: string }, above: number): string {
  const own = page.port === '' ? (page.protocol === 'https:' ? 443 : 80) : Number(page.port);
  return `${page.protocol}//${page.hostname}:${own + above}`;
}

export function laneAddress(page: Location, lane: Lane): string {
  return `${beside(page, 1)}/lane/${encodeURIComponent(lane.id)}/`;
}

/** A vehicle to put at a lane; an empty plate or container is painted as the code declares it. */
export interface Vehicle {
  code: string;
  plate: string;
  container: string;
  temperature: number;
}

/** The body of the simulator's control `present`. A code that cannot be read comes on a truck of its own. */
export function presentation({ code, plate, container, temperature }: Vehicle): Record<string, unknown> {
  const declared = declaredOrStranger(code);
  const plates = plate.trim() === '' ? declared.plates : [{ jurisdiction: jurisdictionOf(plate), text: plate.trim() }];
  const containers = container.trim() === '' ? declared.containers : [container.trim()];
  return { code: code.trim(), temperature, scan: true, plates, containers };
}

const STRANGER: Declared = { plates: [{ jurisdiction: 'HK', text: 'AB1234' }], containers: [] };

function declaredOrStranger(code: string): Declared {
  try {
    return declaredIn(code);
  } catch {
    return STRANGER;
  }
}

/** Good enough to draw a plate: Chinese characters are on mainland plates only. */
function jurisdictionOf(plate: string): 'CN' | 'HK' {
  return /\p{Script=Han}/u.test(plate) ? 'CN' : 'HK';
}

/** Puts a vehicle with its code at a lane of the simulator. Raises Error with the simulator's words when refused. */
export async function present(page: Location, laneId: string, vehicle: Vehicle): Promise<void> {
  const answer = await fetch(`${beside(page, 2)}/control/lanes/${encodeURIComponent(laneId)}/present`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(presentation(vehicle)),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.text()).slice(0, 200)}`);
}
