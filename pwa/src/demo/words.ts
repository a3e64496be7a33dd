/** The texts of the demo. */
import { defineWords } from '@clearlane/ui';
import type texts from './words/en.json';

export type Word = keyof typeof texts;
export const words = defineWords<Word>({
  en: () => import('./words/en.json'),
  'zh-Hans': () => import('./words/zh-Hans.json'),
  'zh-Hant': () => import('./words/zh-Hant.json'),
});
