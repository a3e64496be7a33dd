/** Every text exists in all three languages with the same arguments, and a refusal is said in the shown one. */
import { describe, expect, it } from 'vitest';
import problems from '../../core/words/problems.json';
import reasons from '../../core/words/reasons.json';
import en from '../words/en.json';
import hans from '../words/zh-Hans.json';
import hant from '../words/zh-Hant.json';
import { fill, LANGUAGES, problemSentence, reasonSentence, showLanguage, t } from '../src/words.svelte.ts';

const argumentsOf = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe.each([
  ['zh-Hans', hans],
  ['zh-Hant', hant],
])('the shared words in %s', (_, words: Record<string, string>) => {
  it('have the same keys and arguments as in English', () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
    for (const [key, sentence] of Object.entries(en)) expect([key, argumentsOf(words[key] ?? '')]).toEqual([key, argumentsOf(sentence)]);
  });
});

it.each(Object.entries({ ...problems, ...reasons }))('the sentence of %s names the same things in three languages', (_, sentences) => {
  expect(Object.keys(sentences).sort()).toEqual([...LANGUAGES].sort());
  expect(argumentsOf(sentences['zh-Hans'])).toEqual(argumentsOf(sentences.en));
  expect(argumentsOf(sentences['zh-Hant'])).toEqual(argumentsOf(sentences.en));
});

it.each(LANGUAGES)('says a refusal by its code and args in %s', async (language) => {
  await showLanguage(language);
  const args = [
    { name: 'text', value: 'CSQU3054384' },
    { name: 'expected', value: '3' },
  ];
  const sentence = fill(problems.CONTAINER_CHECK_DIGIT[language], { text: 'CSQU3054384', expected: '3' });
  expect(problemSentence({ code: 'CONTAINER_CHECK_DIGIT', args })).toBe(sentence);
  expect(reasonSentence({ code: 'CODE_EXPIRED' })).toBe(problems.CODE_EXPIRED[language]);
  expect(t('button.again')).toBe({ en, 'zh-Hans': hans, 'zh-Hant': hant }[language]['button.again']);
});

it('falls back to the English sentence of a refusal it does not know', () => {
  expect(problemSentence({ code: 'NEVER_HEARD_OF', message: 'A newer hub says this.' })).toBe('A newer hub says this.');
});
