/** What all pictures share: where they go, and a browser whose camera sees an empty, dim lane. */
import { chromium, type Browser } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { CHROMIUM, FLAGS, HUB, PYTHON, ROOT } from '../places.ts';

export const TAKEN = path.join(ROOT, '.clearlane', 'results', 'pictures');

const FILM = `
import sys, cv2, numpy
shade = numpy.linspace(70, 120, 480, dtype=numpy.uint8)[:, None]
frame = numpy.repeat(numpy.repeat(shade, 640, axis=1)[..., None], 3, axis=2)
sys.stdout.buffer.write(cv2.imencode('.jpg', frame)[1].tobytes() * 10)
`;

/** A browser for pictures. Raises Error when there is no Chromium. */
export async function withQuietCamera(): Promise<Browser> {
  const film = path.join(ROOT, '.clearlane', 'results', 'quiet.mjpeg');
  execFileSync('/bin/sh', ['-c', '"$0" -c "$1" > "$2"', PYTHON, FILM, film]);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...FLAGS,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
  const open = browser.newPage.bind(browser);
  browser.newPage = (options) => open({ baseURL: HUB, ...options });
  return browser;
}
