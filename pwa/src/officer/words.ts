/** The texts of the officer's app. */
import { defineWords } from '@clearlane/ui';
import type english from './words/en.json';

export type Word = keyof typeof english;
/** By language, for what is said to somebody who reads another one. */
export const texts = {
  en: () => import('./words/en.json'),
  'zh-Hans': () => import('./words/zh-Hans.json'),
  'zh-Hant': () => import('./words/zh-Hant.json'),
};
export const words = defineWords<Word>(texts);
