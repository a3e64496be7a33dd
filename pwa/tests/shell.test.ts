/** What the service worker keeps on a phone. */
import { expect, it } from 'vitest';
import { closure } from '../shell-files.ts';

it('keeps what the driver needs, now or later, and nothing of the officer', () => {
  const chunk = (imports: string[] = [], dynamicImports: string[] = [], css: string[] = []) => ({ imports, dynamicImports, css });
  const chunks = new Map([
    ['driver.js', chunk(['shared.js'], ['code.js'], ['driver.css'])],
    ['code.js', chunk(['shared.js', 'qr.js'], [], ['code.css'])],
    ['qr.js', chunk()],
    ['shared.js', chunk(['driver.js'])],
    ['officer.js', chunk(['shared.js'], ['board.js'], ['officer.css'])],
    ['board.js', chunk()],
  ]);
  expect([...closure('driver.js', chunks)].sort()).toEqual(['code.css', 'code.js', 'driver.css', 'driver.js', 'qr.js', 'shared.js']);
});
