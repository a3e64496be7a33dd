/** Where the journeys' port lies: its own database and keys, and three ports of its own. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const HOME = process.env['CLEARLANE_JOURNEY_HOME'] ?? path.join(ROOT, '.clearlane', 'journeys');
export const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

const first = Number(process.env['CLEARLANE_JOURNEY_PORT'] ?? 8600);
export const PORT = first;
export const HUB = `http://localhost:${first}`;
export const AGENT = `http://localhost:${first + 1}`;
export const DEVICES = `http://localhost:${first + 2}`;

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
