/** Journeys: real servers started as a newcomer starts them, a real browser, no traffic but their own. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM, FLAGS, homeOf, HUB, portOf, ROOT, SITES } from './places.ts';

export default defineConfig({
  testDir: '.',
  workers: SITES,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 30_000 },
  outputDir: `${ROOT}/.clearlane/results/journeys`,
  use: {
    baseURL: HUB,
    browserName: 'chromium',
    launchOptions: { executablePath: CHROMIUM, args: FLAGS },
    locale: 'en-HK',
    timezoneId: 'Asia/Hong_Kong',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  webServer: Array.from({ length: SITES }, (_, site) => ({
    command: 'scripts/run --reset',
    cwd: ROOT,
    env: {
      CLEARLANE_HOME: homeOf(site),
      CLEARLANE_PORT: String(portOf(site)),
      CLEARLANE_TRAFFIC_SECONDS: '0',
      CLEARLANE_RANDOM_REVIEW_SHARE: '0',
      // asked about living goods only: a journey that declares some sees what its silence leads to
      CLEARLANE_SILENT_AGENCIES: '["QUARANTINE"]',
      CLEARLANE_AGENCY_DEADLINES: '{"QUARANTINE": 6}',
    },
    url: `http://localhost:${portOf(site) + 1}/lane/liantang-1/`,
    reuseExistingServer: process.env['CLEARLANE_JOURNEY_REUSE'] === '1',
    timeout: 300_000,
    gracefulShutdown: { signal: 'SIGINT' as const, timeout: 20_000 },
  })),
});
