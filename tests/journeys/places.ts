/** Where the journeys' port lies: its own database and keys, and three ports of its own. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

/** How many Clearlanes are started; each of Playwright's workers has one for itself, so nobody meets others in a lane. */
export const SITES = Number(process.env['CLEARLANE_JOURNEY_SITES'] ?? 1);

const FIRST_PORT = Number(process.env['CLEARLANE_JOURNEY_PORT'] ?? 8600);
const FIRST_HOME = process.env['CLEARLANE_JOURNEY_HOME'] ?? path.join(ROOT, '.clearlane', 'journeys');
/** Between two sites: three ports of each start, and the simulator's devices from ten above its own. */
const PORTS_APART = 40;

export const portOf = (site: number): number => FIRST_PORT + site * PORTS_APART;
export const homeOf = (site: number): string => (site === 0 ? FIRST_HOME : `${FIRST_HOME}-${site}`);

/** The site of this worker; the runner itself, which has no number, speaks of the first. */
const site = Number(process.env['TEST_PARALLEL_INDEX'] ?? 0);
export const HOME = homeOf(site);
export const PORT = portOf(site);
export const HUB = `http://localhost:${PORT}`;
export const AGENT = `http://localhost:${PORT + 1}`;
export const DEVICES = `http://localhost:${PORT + 2}`;

/** As root and without a network, Chromium needs these. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const CHROMIUM = '/usr/bin/chromium';
