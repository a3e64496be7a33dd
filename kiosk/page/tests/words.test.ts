/** The lane speaks three languages, each with every word. */
import { describe, expect, it } from 'vitest';
import en from '../src/words/en.json';
import zhHans from '../src/words/zh-Hans.json';
import zhHant from '../src/words/zh-Hant.json';
import { askedLanguage, explain, languageOf, LANGUAGES, sayOr } from '../src/words.ts';

describe('the words of the lane', () => {
  it('have the same keys in three languages and none is empty', () => {
    for (const words of [zhHans, zhHant]) expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
    for (const words of [en, zhHans, zhHant]) expect(Object.values(words).every((word) => word.trim() !== '')).toBe(true);
  });

  it.each(LANGUAGES)('say in %s what is the case and what to do', (language) => {
    const explanation = explain(language, { code: 'LIVE_STALE', args: {}, source: 'problem' });
    expect(explanation.what.length).toBeGreaterThan(3);
    expect(explanation.todo.length).toBeGreaterThan(3);
  });

  it('put the declared value into a reason', () => {
    const reason = { code: 'PLATE_MISMATCH', args: { declared: '粤B·12345' }, source: 'reason' } as const;
    expect(explain('en', reason).what).toContain('粤B·12345');
  });

  it('show the bare code of a reason nobody has words for', () => {
    expect(explain('en', { code: 'NEW_RULE', args: {}, source: 'reason' })).toEqual({ what: 'NEW_RULE', todo: '' });
  });

  it('follow the language that the address asks for, and none else', () => {
    expect(askedLanguage('#language=zh-Hant')).toBe('zh-Hant');
    expect(['', '#', '#language=fr', '#language='].map(askedLanguage)).toEqual([null, null, null, null]);
  });

  it('fall back to English for a language the lane does not speak', () => {
    expect(languageOf('fr')).toBe('en');
    expect(sayOr('en', 'agency.SOMEONE', 'SOMEONE')).toBe('SOMEONE');
  });
});
