/** The languages of the printed sheet. */
import { expect, it } from 'vitest';
import { inBoth, officersLanguage } from '../../src/driver/code/sheet.ts';

it('stands in the driver\'s language and in one that the officer reads', () => {
  expect(officersLanguage('zh-Hans', 'SOUTHBOUND')).toBe('en');
  expect(officersLanguage('zh-Hant', 'NORTHBOUND')).toBe('en');
  expect(officersLanguage('en', 'SOUTHBOUND')).toBe('zh-Hant');
  expect(officersLanguage('en', 'NORTHBOUND')).toBe('zh-Hans');
  expect(officersLanguage('en', null)).toBe('zh-Hant');
});

it('says each sentence twice, with its numbers', async () => {
  const both = await inBoth('en', 'zh-Hant');
  expect(both('sheet.once')).toEqual(['Good for one crossing only', '僅限過關一次']);
  expect(both('sheet.lanes', { lanes: '1, 3' })).toEqual(['Lane for paper: 1, 3', '接受紙本碼的車道：1, 3 號']);
});
