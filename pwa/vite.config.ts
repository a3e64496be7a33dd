/** Builds the apps: one entry each, so that officer code never reaches a phone. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { sentences } from '../ui/vite/words.ts';
import { driverShell } from './shell-files.ts';

const ENTRIES = { driver: 'index.html', carrier: 'carrier/index.html', officer: 'officer/index.html', demo: 'demo/index.html', rules: 'rules/index.html' };
const API = process.env['CLEARLANE_API'] ?? 'http://localhost:8000';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const input = Object.fromEntries(
  Object.entries(ENTRIES)
    .map(([name, file]) => [name, path(file)] as const)
    .filter(([, file]) => existsSync(file)),
);

export default defineConfig({
  appType: 'mpa',
  plugins: [svelte(), sentences(), driverShell()],
  build: { target: 'es2022', rolldownOptions: { input } },
  server: {
    host: 'localhost',
    proxy: Object.fromEntries(
      ['/graphql', '/captures', '/imports', '/healthz', '/.well-known'].map((prefix) => [prefix, { target: API, ws: true }]),
    ),
  },
});
