/** The page of rules: what a search finds, and how rules stand together. */
import { expect, it } from 'vitest';
import { grouped, matching, type Rule } from '../../src/rules/rules.ts';
import en from '../../src/rules/words/en.json';
import hans from '../../src/rules/words/zh-Hans.json';
import hant from '../../src/rules/words/zh-Hant.json';

const SEAL: Rule = {
  id: 'seal.required',
  subject: 'SEALS',
  code: 'SEAL_MISSING',
  field: 'containers.*.seals',
  source: 'ISO 17712',
  example: '–',
  jurisdictions: [],
  explanation: '申报为重箱的集装箱须施封。',
  message: '请填写封志号。',
};
const TWIN: Rule = { ...SEAL, id: 'containers.twin', subject: 'CONTAINERS', source: 'GB 1589-2016', jurisdictions: ['HK'], explanation: 'Of two containers neither is longer than 20 feet.' };
const RULES = [SEAL, TWIN, { ...SEAL, id: 'seal.class' }];

it.each([
  ['', 3],
  ['  iso   17712 ', 2],
  ['ＩＳＯ', 2],
  ['封', 3],
  ['重箱', 2],
  ['20 FEET', 1],
  ['hk 1589', 1],
  ['seal_missing nothing', 0],
])('“%s” finds %i rules', (search, count) => {
  expect(matching(RULES, search)).toHaveLength(count);
});

it('rules of one subject stand together, subjects in the order of the hub', () => {
  expect(grouped(RULES).map(({ subject, rules }) => [subject, rules.map(({ id }) => id)])).toEqual([
    ['SEALS', ['seal.required', 'seal.class']],
    ['CONTAINERS', ['containers.twin']],
  ]);
});

it('the words exist in three languages', () => {
  expect(Object.keys(hans)).toEqual(Object.keys(en));
  expect(Object.keys(hant)).toEqual(Object.keys(en));
});
