/** A usual question goes out in the driver's language, whatever the officer reads. */
import { expect, test } from 'vitest';
import { USUAL, usualQuestion } from '../../src/officer/review/usual.ts';

test.each([
  ['EN', 'Which number is on the seal, and is it whole?'],
  ['ZH_HANS', '封条号码是多少？封条是否完好？'],
  ['ZH_HANT', '封條號碼是多少？封條是否完好？'],
  [null, 'Which number is on the seal, and is it whole?'],
] as const)('a driver who reads %s is asked so', async (reads, question) => {
  expect(await usualQuestion('seal', reads)).toBe(question);
});

test('there are words for each of them in each language', async () => {
  const asked = await Promise.all(
    (['EN', 'ZH_HANS', 'ZH_HANT'] as const).flatMap((reads) => USUAL.map((name) => usualQuestion(name, reads))),
  );
  expect(new Set(asked).size).toBe(3 * USUAL.length);
});
