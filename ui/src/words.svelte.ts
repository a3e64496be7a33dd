/** The words on every page: which language is shown, and each app's texts in it. */
/// <reference path="./ambient.d.ts" />
import type uiWords from '../words/en.json';

export const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Each language's own name, as it stands in the switch. */
export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-Hans': '简体', 'zh-Hant': '繁體', en: 'English' };
export type Arguments = Readonly<Record<string, string | number>>;
export type Translate<Key extends string> = (key: Key, args?: Arguments) => string;
/** A refusal or reason as the API gives it; `message` is its English sentence. */
export interface Coded {
  code: string;
  message?: string;
  args?: readonly { name: string; value: string }[];
  /** The input field a refusal points at. */
  path?: readonly string[];
}

type Dictionary = Readonly<Record<string, string>>;
type Loader = () => Promise<Dictionary>;
type Sentences = { problems: Dictionary; reasons: Dictionary };

const STORAGE_KEY = 'clearlane-language';
const loaders: Record<Language, Loader[]> = { en: [], 'zh-Hans': [], 'zh-Hant': [] };
const sentenceLoaders: Record<Language, () => Promise<Sentences>> = {
  en: () => import('virtual:clearlane-sentences/en'),
  'zh-Hans': () => import('virtual:clearlane-sentences/zh-Hans'),
  'zh-Hant': () => import('virtual:clearlane-sentences/zh-Hant'),
};

let shown = $state.raw<{ language: Language; words: Dictionary; sentences: Sentences }>({
  language: 'en',
  words: {},
  sentences: { problems: {}, reasons: {} },
});

/** Puts `{name}` arguments into a sentence; one that is not given becomes three dots, never a bracket on screen. */
export function fill(sentence: string, args: Arguments = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? '…'));
}

/** Registers one app's texts, a JSON file for each language, and gives the function that shows them. */
export function defineWords<Key extends string>(
  sources: Record<Language, () => Promise<{ default: Record<Key, string> }>>,
): Translate<Key> {
  for (const language of LANGUAGES) loaders[language].push(async () => (await sources[language]()).default);
  return (key, args) => fill(shown.words[key] ?? key, args);
}

/** What the schema calls each language. */
export const LANGUAGE_ON_WIRE = { en: 'EN', 'zh-Hans': 'ZH_HANS', 'zh-Hant': 'ZH_HANT' } as const satisfies Record<Language, string>;

/** The language of the phone or tablet, unless the person has chosen another here before. */
export function preferredLanguage(): Language {
  const chosen = globalThis.localStorage?.getItem(STORAGE_KEY);
  const known = LANGUAGES.find((language) => language === chosen);
  if (known) return known;
  for (const tag of globalThis.navigator?.languages ?? []) {
    if (/^zh-(hant|hk|mo|tw)/i.test(tag)) return 'zh-Hant';
    if (/^zh/i.test(tag)) return 'zh-Hans';
    if (/^en/i.test(tag)) return 'en';
  }
  return 'en';
}

/** Loads and shows a language; call once before the page is mounted. `remember` keeps the choice. */
export async function showLanguage(language: Language = preferredLanguage(), remember = false): Promise<void> {
  const [sentences, ...dictionaries] = await Promise.all([
    sentenceLoaders[language](),
    ...loaders[language].map((load) => load()),
  ]);
  shown = { language, sentences, words: Object.assign({}, ...dictionaries) as Dictionary };
  if (globalThis.document) document.documentElement.lang = language;
  if (remember) globalThis.localStorage?.setItem(STORAGE_KEY, language);
}

/** A choice made in another frame or tab of ours is the person's choice here too. */
globalThis.addEventListener?.('storage', ({ key, newValue }: StorageEvent) => {
  const language = LANGUAGES.find((known) => known === newValue);
  if (key === STORAGE_KEY && language) void showLanguage(language);
});

/** The language now shown (reactive). */
export function currentLanguage(): Language {
  return shown.language;
}

function sentenceOf(kind: keyof Sentences, { code, message, args = [] }: Coded): string {
  const sentence = shown.sentences[kind][code] ?? message ?? code;
  return fill(sentence, Object.fromEntries(args.map(({ name, value }) => [name, value])));
}

/** A refusal's sentence in the shown language, by its code and args. */
export const problemSentence = (problem: Coded): string => sentenceOf('problems', problem);
/** A lane decision's reason in the shown language; reasons may also be problem codes. */
export function reasonSentence(reason: Coded): string {
  return sentenceOf(reason.code in shown.sentences.reasons ? 'reasons' : 'problems', reason);
}

/** The texts of the shared components. */
export const t: Translate<keyof typeof uiWords> = defineWords({
  en: () => import('../words/en.json'),
  'zh-Hans': () => import('../words/zh-Hans.json'),
  'zh-Hant': () => import('../words/zh-Hant.json'),
});
