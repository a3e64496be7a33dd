/** Countries are found by any of their names, and are those that the rules know. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COUNTRIES, countryCode, countryName, findCountries } from '../src/countries.ts';
import { LANGUAGES, showLanguage } from '../src/words.svelte.ts';

it('has the codes that the rules have', () => {
  const known = readFileSync(new URL('../../core/identifiers/countries.py', import.meta.url), 'utf8').split('"""')[3];
  expect(COUNTRIES.join(' ')).toBe(known?.trim().split(/\s+/).join(' '));
});

it.each(['viet', 'vn', '越南'])('finds Vietnam by %s', (typed) => {
  expect(findCountries(typed)).toContain('VN');
});

it.each(LANGUAGES)('shows the nearest first in %s', async (language) => {
  await showLanguage(language);
  expect(findCountries('').slice(0, 3)).toEqual(['CN', 'HK', 'MO']);
  expect(findCountries('')).toHaveLength(COUNTRIES.length);
});

it('takes a whole name or code for the code, and nothing less', async () => {
  await showLanguage('zh-Hant');
  expect([countryCode('日本'), countryCode(' jp '), countryCode('Japan'), countryCode('日')]).toEqual(['JP', 'JP', 'JP', null]);
  expect([countryName('JP'), countryName('Atlantis')]).toEqual(['日本', 'Atlantis']);
});
