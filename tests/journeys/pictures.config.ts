/** The pictures of the documents: the port of the journeys, with traffic. */
import { defineConfig } from '@playwright/test';
import { ROOT } from './places.ts';
import base from './playwright.config.ts';

const TRAFFIC = { CLEARLANE_TRAFFIC_SECONDS: '12', CLEARLANE_TRAFFIC_SEED: '7' };
const servers = [base.webServer ?? []].flat();

export default defineConfig({
  ...base,
  testDir: 'pictures',
  testMatch: '*.picture.ts',
  timeout: 600_000,
  outputDir: `${ROOT}/.clearlane/results/picture-runs`,
  webServer: servers.map((server) => ({ ...server, env: { ...server.env, ...TRAFFIC } })),
});
