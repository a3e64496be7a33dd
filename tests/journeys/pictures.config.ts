/** The pictures of the documents: the port of the journeys with traffic, on ports and a home of its own. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM, FLAGS, ROOT } from './places.ts';
import base from './playwright.config.ts';

export default defineConfig(base, {
  testDir: 'pictures',
  testMatch: '*.picture.ts',
  timeout: 600_000,
  outputDir: `${ROOT}/.clearlane/results/picture-runs`,
  use: { launchOptions: { executablePath: CHROMIUM, args: [...FLAGS, '--force-device-scale-factor=1'] } },
});
