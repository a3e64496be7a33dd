/** Countries and areas of ISO 3166-1 with their names in the apps' languages, known without a network. */
import { LOCALES } from './format.ts';
import { currentLanguage, type Language } from './words.svelte.ts';

// core/identifiers/countries.py is the reference; a test compares.
export const COUNTRIES: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC ' +
  'CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD ' +
  'GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH ' +
  'KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW ' +
  'MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC ' +
  'SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY ' +
  'UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ');
const KNOWN: ReadonlySet<string> = new Set(COUNTRIES);
/** They stand before all others: nearly every trip here is between them. */
const FIRST = ['CN', 'HK', 'MO'];
const names = new Map<Language, ReadonlyMap<string, string>>();

/** Every country's name by its code, the nearest first, the others as their language orders them. */
function namesIn(language: Language): ReadonlyMap<string, string> {
  const known = names.get(language);
  if (known) return known;
  const shown = new Intl.DisplayNames(LOCALES[language], { type: 'region' });
  const order = new Intl.Collator(LOCALES[language]);
  const rest = COUNTRIES.filter((code) => !FIRST.includes(code)).map((code) => [code, shown.of(code) ?? code] as const);
  rest.sort(([, one], [, other]) => order.compare(one, other));
  const all = new Map([...FIRST.map((code) => [code, shown.of(code) ?? code] as const), ...rest]);
  names.set(language, all);
  return all;
}

/** A country's name in the shown language; what is no code stays as it was typed. */
export const countryName = (code: string): string => namesIn(currentLanguage()).get(code) ?? code;

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/** The code that was typed, as itself or by a name in any of the languages; null when it is none. */
export function countryCode(typed: string): string | null {
  const text = plain(typed);
  if (KNOWN.has(text.toUpperCase())) return text.toUpperCase();
  const named = (language: Language): string | undefined =>
    COUNTRIES.find((code) => plain(namesIn(language).get(code) ?? '') === text);
  return named('zh-Hans') ?? named('zh-Hant') ?? named('en') ?? null;
}

/** The codes whose name in any of the languages holds what was typed; names that begin with it come first. */
export function findCountries(typed: string): string[] {
  const text = plain(typed);
  const shown = [...namesIn(currentLanguage()).keys()];
  const spellings = (code: string): string[] => [
    ...(['en', 'zh-Hans', 'zh-Hant'] as const).map((language) => plain(namesIn(language).get(code) ?? '')),
    plain(code),
  ];
  const begins = shown.filter((code) => spellings(code).some((name) => name.startsWith(text)));
  const holds = shown.filter((code) => !begins.includes(code) && spellings(code).some((name) => name.includes(text)));
  return [...begins, ...holds];
}
