/** The texts of the page of rules; the rules' own words come from the hub. */
import { defineWords } from '@clearlane/ui';
import type texts from './words/en.json';

export const words = defineWords<keyof typeof texts>({
  en: () => import('./words/en.json'),
  'zh-Hans': () => import('./words/zh-Hans.json'),
  'zh-Hant': () => import('./words/zh-Hant.json'),
});
