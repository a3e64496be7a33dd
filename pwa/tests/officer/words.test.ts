/** The officer's app speaks three languages, each with every word and the same arguments. */
import { expect, it } from 'vitest';
import en from '../../src/officer/words/en.json';
import zhHans from '../../src/officer/words/zh-Hans.json';
import zhHant from '../../src/officer/words/zh-Hant.json';

const argumentsOf = (sentence: string): string[] => (sentence.match(/\{\w+\}/gu) ?? []).sort();

it.each([
  ['zh-Hans', zhHans],
  ['zh-Hant', zhHant],
])('has in %s the same keys and arguments as in English', (_, words) => {
  expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  for (const [key, sentence] of Object.entries(en)) {
    expect(argumentsOf(words[key as keyof typeof words]), key).toEqual(argumentsOf(sentence));
  }
});
