/** The paper sheet's words in two languages: the driver's, and one that the officer at the lane reads. */
import { fill, type Arguments, type Language } from '@clearlane/ui';
import type texts from '../words/en.json';

type Texts = typeof texts;
export type SheetWord = Extract<keyof Texts, `sheet.${string}`>;
export type Both = (key: SheetWord, args?: Arguments) => [string, string];

const SOURCES: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import('../words/en.json'),
  'zh-Hans': () => import('../words/zh-Hans.json'),
  'zh-Hant': () => import('../words/zh-Hant.json'),
};

/** Officers read Chinese and English: beside Chinese stands English, beside English the Chinese of where one arrives. */
export function officersLanguage(drivers: Language, direction: string | null): Language {
  if (drivers !== 'en') return 'en';
  return direction === 'NORTHBOUND' ? 'zh-Hans' : 'zh-Hant';
}

/** Gives each of the sheet's sentences in both languages. */
export async function inBoth(drivers: Language, officers: Language): Promise<Both> {
  const [first, second] = await Promise.all([SOURCES[drivers](), SOURCES[officers]()]);
  return (key, args) => [fill(first.default[key], args), fill(second.default[key], args)];
}

/** What a port is called in each language, and which of its lanes take paper. */
export interface Port {
  names: Record<Language, string>;
  paperLanes: number[];
}

/** The numbers of lanes as people write them in a sentence: 1, 2. */
export const listed = (numbers: readonly number[]): string => numbers.join(', ');

