/** Every kind of bad code has its own words at the kiosk and its own line in the log; none opens a barrier. */
import { expect, test, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Phone } from './phone.ts';
import { AGENT, HOME, PYTHON, ROOT } from './places.ts';
import { arrive, ask, backOut, events, key, lorry, oldEnough, openings, phase, refusal, scan, signIn, view } from './port.ts';

const LANE = 'liantang-1';
const SENTENCES = JSON.parse(readFileSync(path.join(ROOT, 'core/words/problems.json'), 'utf8')) as Record<
  string,
  { 'zh-Hans': string }
>;

/** How the lane's screen begins its words for a code; of one that names nobody it speaks simplified Chinese. */
const words = (code: string): string => SENTENCES[code]?.['zh-Hans'].split(/[。，{]/)[0] ?? '?';

/** Everything but the live part: what is left when a screenshot is cut. */
function withoutLivePart(code: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  const [a = 0, b = 0, c = 0] = [...code.slice(4, 7)].map((character) => digits.indexOf(character));
  return code.slice(0, 7 + a + 45 * b + 2025 * c);
}

async function refusedAndLogged(code: string, expected: string, kiosk?: Page): Promise<void> {
  const before = await openings(LANE);
  expect(await refusal(LANE, code)).toBe(expected);
  if (kiosk) await expect(kiosk.locator('main')).toContainText(words(expected));
  await expect
    .poll(async () => {
      const [newest] = (await events(20)).filter(({ kind }) => kind === 'scan.refused');
      return newest?.facts.find(({ name }) => name === 'code')?.value;
    })
    .toBe(expected);
  expect(await openings(LANE)).toBe(before);
  await backOut(LANE);
  await phase(LANE, 'REST');
}

test('codes that no phone of ours shows are refused, each with its own reason', async ({ page }) => {
  await page.setViewportSize({ width: 1080, height: 1920 });
  await page.goto(`${AGENT}/lane/${LANE}/`);
  await expect(page.getByText('Show your code')).toBeVisible();
  const printed = execFileSync(PYTHON, ['-m', 'tests.journeys.forge', path.join(HOME, 'keys')], { cwd: ROOT });
  const codes = JSON.parse(printed.toString()) as Record<string, string>;
  for (const [forged, code] of Object.entries({ ...codes, CODE_NOT_OURS: 'https://example.org/ticket/7' })) {
    const expected = forged === 'CODE_FORGED' ? 'CODE_KEY_UNKNOWN' : forged;
    await arrive(LANE, lorry(2));
    await refusedAndLogged(code, expected, page);
  }
});

test('a picture of a code, cut or two minutes old, is refused', async () => {
  const phone = await Phone.declared(lorry(3));
  const fresh = await phone.code();
  await arrive(LANE, lorry(3));
  await refusedAndLogged(withoutLivePart(fresh), 'LIVE_MISSING');
  const { notBefore } = await phone.voucher();
  await oldEnough(Date.parse(notBefore));
  await arrive(LANE, lorry(3));
  await refusedAndLogged(await phone.code(120_000), 'LIVE_STALE');
});

test('a revoked and a superseded code are refused, each with its own reason', async () => {
  const revoked = await Phone.declared(lorry(4));
  const code = await revoked.code();
  const officer = await signIn('OFFICER', 'officer-1');
  const answer = await ask<{ state: string }>(
    `mutation($input: RevokeVoucherInput!) { revokeVoucher(input: $input) { ... on Voucher { state } } }`,
    { input: { idempotencyKey: key(), voucherId: (await revoked.voucher()).id, reason: 'Reported stolen' } },
    officer,
  );
  expect(answer.state).toBe('REVOKED');
  await arrive(LANE, lorry(4));
  await refusedAndLogged(code, 'CODE_REVOKED');

  const amended = await Phone.declared(lorry(5));
  const former = await amended.code();
  await amended.amend();
  await arrive(LANE, lorry(5));
  await refusedAndLogged(former, 'CODE_SUPERSEDED');
});

test('twenty scans of one code at three lanes open one barrier once', async () => {
  const lanes = ['liantang-1', 'liantang-2', 'liantang-3'] as const;
  const vehicle = lorry(6);
  const phone = await Phone.declared(vehicle);
  const voucher = await phone.voucher();
  const before = await Promise.all(lanes.map(openings));
  await Promise.all(lanes.map((lane) => arrive(lane, vehicle)));
  const code = await phone.code();
  await Promise.all(Array.from({ length: 20 }, (_, number) => scan(lanes[number % 3] ?? LANE, code)));
  await expect
    .poll(async () => (await events()).filter(({ kind }) => kind === 'passage.exited').length, { timeout: 40_000 })
    .toBeGreaterThan(0);
  await expect.poll(async () => (await Promise.all(lanes.map(openings))).reduce((a, b) => a + b, 0)).toBe(
    before.reduce((a, b) => a + b, 0) + 1,
  );
  const released = (await events()).filter(({ kind }) => kind === 'passage.released');
  expect(released.filter(({ voucherId }) => voucherId === voucher.id)).toHaveLength(2); // lane's and trip's stream
  for (const lane of lanes) if ((await view(lane)).phase !== 'REST') await phase(lane, 'REST');
});
