/** The lane's words in three languages; sentences of refusals and decisions come from core's own words. */
import problems from '../../../core/words/problems.json';
import reasons from '../../../core/words/reasons.json';
import type { LaneReason } from './protocol.ts';
import en from './words/en.json';
import zhHans from './words/zh-Hans.json';
import zhHant from './words/zh-Hant.json';

export const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Word = keyof typeof en;
export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-Hans': '简体', 'zh-Hant': '繁體', en: 'English' };

const WORDS: Record<Language, Record<Word, string>> = { en, 'zh-Hans': zhHans, 'zh-Hant': zhHant };
type Sentences = Record<string, Partial<Record<Language, string>>>;
const SENTENCES: Record<LaneReason['source'], Sentences> = { problem: problems, reason: reasons };

export function languageOf(text: string): Language {
  return LANGUAGES.find((language) => language === text) ?? 'en';
}

/** The language that an address part such as `#language=en` asks for, null where it asks for none. */
export function askedLanguage(hash: string): Language | null {
  const asked = new URLSearchParams(hash.slice(1)).get('language');
  return LANGUAGES.find((language) => language === asked) ?? null;
}

export function say(language: Language, word: Word): string {
  return WORDS[language][word];
}

/** The word under `key` when there is one, otherwise `otherwise`: for keys made of the agent's values. */
export function sayOr(language: Language, key: string, otherwise: string): string {
  return key in WORDS[language] ? WORDS[language][key as Word] : otherwise;
}

/** A reason's sentence: what is the case, and what to do. */
export interface Explanation {
  what: string;
  todo: string;
}

/** The sentence of a problem or reason, cut after its first full stop; the bare code if core has no words for it. */
export function explain(language: Language, reason: LaneReason): Explanation {
  const template = SENTENCES[reason.source][reason.code]?.[language] ?? reason.code;
  const sentence = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => reason.args[name] ?? '');
  const cut = /^(.*?[.。])\s*(.+)$/su.exec(sentence);
  return { what: cut?.[1] ?? sentence, todo: cut?.[2] ?? '' };
}
