/** The usual questions to a driver, in the language that he reads. */
import { LANGUAGE_ON_WIRE, LANGUAGES } from '@clearlane/ui';
import type { Language as LanguageOnWire } from '../generated/graphql.ts';
import { texts } from '../words.ts';

export const USUAL = ['photo', 'seal', 'goods', 'window', 'documents'] as const;
export type Usual = (typeof USUAL)[number];

/** The question as the driver will read it; English where he has not said what he reads. */
export async function usualQuestion(name: Usual, reads: LanguageOnWire | null): Promise<string> {
  const language = LANGUAGES.find((known) => LANGUAGE_ON_WIRE[known] === reads) ?? 'en';
  return (await texts[language]()).default[`question.usual.${name}`];
}
