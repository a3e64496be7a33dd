/** The driver's, the carrier's and the demo's texts exist in three languages with the same arguments. */
import { expect, it } from 'vitest';
import carrierEn from '../src/carrier/words/en.json';
import carrierHans from '../src/carrier/words/zh-Hans.json';
import carrierHant from '../src/carrier/words/zh-Hant.json';
import demoEn from '../src/demo/words/en.json';
import demoHans from '../src/demo/words/zh-Hans.json';
import demoHant from '../src/demo/words/zh-Hant.json';
import driverEn from '../src/driver/words/en.json';
import driverHans from '../src/driver/words/zh-Hans.json';
import driverHant from '../src/driver/words/zh-Hant.json';

type Texts = Record<string, string>;
const argumentsOf = (sentence = ''): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

it.each<[string, Texts, Texts]>([
  ['driver in zh-Hans', driverEn, driverHans],
  ['driver in zh-Hant', driverEn, driverHant],
  ['demo in zh-Hans', demoEn, demoHans],
  ['demo in zh-Hant', demoEn, demoHant],
  ['carrier in zh-Hans', carrierEn, carrierHans],
  ['carrier in zh-Hant', carrierEn, carrierHant],
])('the words of the %s have the keys and arguments of English', (_, english, other) => {
  expect(Object.keys(other).sort()).toEqual(Object.keys(english).sort());
  for (const [key, sentence] of Object.entries(english)) expect([key, argumentsOf(other[key])]).toEqual([key, argumentsOf(sentence)]);
});
