/** Who comes: a truck of its own for every story, so that no two trips name the same vehicle. */
import { checkContainer } from '@clearlane/ui/identifiers';

export interface PaintedPlate {
  jurisdiction: 'CN' | 'HK';
  text: string;
}
/** What a lane's cameras see. */
export interface Truck {
  plates: PaintedPlate[];
  containers: string[];
}
export interface Cast {
  truck: Truck;
  driver: { name: string; phone: string };
  reference: string;
  seal: string;
}

const LETTERS = 'ABCDEFGHJKLMNPSTUVWXYZ';
const DRIVERS = ['Wong Ka Ming', 'Chan Tai Man', 'Lee Siu Fung', 'Ho Wai Keung'];

const below = (limit: number): number => crypto.getRandomValues(new Uint32Array(1))[0]! % limit;
const digits = (count: number): string => String(below(10 ** count)).padStart(count, '0');
const letter = (): string => LETTERS.charAt(below(LETTERS.length));

/** A cross-border truck: its Hong Kong plate, and the mainland one that goes with it. */
export function drawTruck(): Truck {
  return {
    plates: [
      { jurisdiction: 'CN', text: `粤Z${letter()}${digits(3)}港` },
      { jurisdiction: 'HK', text: `${letter()}${letter()}${1000 + below(9000)}` },
    ],
    containers: [drawContainer()],
  };
}

export function drawCast(): Cast {
  return {
    truck: drawTruck(),
    driver: { name: DRIVERS[below(DRIVERS.length)]!, phone: `+8529${digits(7)}` },
    reference: `DEMO-${digits(5)}`,
    seal: `HT${digits(6)}`,
  };
}

function drawContainer(): string {
  const serial = `CSQU${digits(6)}`;
  const check = checkContainer(`${serial}0`);
  return `${serial}${check.result === 'check-digit' ? check.expected : '0'}`;
}
