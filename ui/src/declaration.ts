/** The coded words of a declaration, and all that one states beside the vehicle, as titles, labels and lines to read. */
import { countryName } from './countries.ts';
import { t } from './words.svelte.ts';

export const SIZE_TYPES = ['22G1', '22R1', '22T1', '42G1', '45G1', '45R1', 'L5G1'] as const;
export const SEAL_CLASSES = ['INDICATIVE', 'SECURITY', 'HIGH_SECURITY'] as const;
export const SEALING_PARTIES = ['SHIPPER', 'CARRIER', 'CONSOLIDATOR', 'TERMINAL_OPERATOR', 'CUSTOMS', 'QUARANTINE_AGENCY'] as const;
export const PACKAGE_KINDS = ['CT', 'PX', 'BX', 'CR', 'BG', 'DR', 'CY', 'RO', 'PK', 'VR', 'VL', 'VG'] as const;
export const PACKING_GROUPS = ['I', 'II', 'III'] as const;
export const PARTY_ROLES = ['CONSIGNOR', 'CONSIGNEE', 'DECLARANT'] as const;
export const DOCUMENT_KINDS = [
  'PASSPORT',
  'IDENTITY_CARD',
  'HOME_RETURN_PERMIT',
  'EXIT_ENTRY_PERMIT',
  'DRIVING_LICENCE',
  'DANGEROUS_GOODS_CERTIFICATE',
] as const;
export const REFERENCE_KINDS = [
  'CUSTOMS_DECLARATION',
  'MANIFEST',
  'UCR',
  'TRANSPORT_PERMIT',
  'TRANSIT_DECLARATION',
  'TIR_CARNET',
] as const;
/** Explosives have six divisions, and their compatibility group stands behind it. */
export const HAZARD_CLASSES = [
  '1.1', '1.2', '1.3', '1.4', '1.4S', '1.5', '1.6', '2.1', '2.2', '2.3', '3', '4.1', '4.2', '4.3', '5.1', '5.2', '6.1',
  '6.2', '7', '8', '9',
] as const;

type Maybe<T> = T | null | undefined;
type Plate = { jurisdiction: string; text: string };
interface Document {
  kind: string;
  number?: Maybe<string>;
  issuingCountry?: Maybe<string>;
  expiresOn?: Maybe<string>;
}
interface Item {
  description?: Maybe<string>;
  hsCode?: Maybe<string>;
  packages?: Maybe<number>;
  packageKind?: Maybe<string>;
  grossWeightKg?: Maybe<number>;
  originCountry?: Maybe<string>;
  containerNumber?: Maybe<string>;
  dangerous?: Maybe<{ unNumber?: Maybe<string>; hazardClass?: Maybe<string>; packingGroup?: Maybe<string> }>;
}
interface Container {
  number: string;
  sizeType?: Maybe<string>;
  loaded?: Maybe<boolean>;
  sealDetails?: Maybe<readonly { number: string; sealClass?: Maybe<string>; sealingParty?: Maybe<string> }[]>;
}
/** What a declaration may state beside the vehicle; the API's output and input both fit. */
export interface DeclaredParts {
  trailers?: Maybe<readonly Plate[]>;
  containers?: Maybe<readonly Container[]>;
  goodsItems?: Maybe<readonly Item[]>;
  parties?: Maybe<readonly { role: string; name?: Maybe<string>; country?: Maybe<string> }[]>;
  crewMembers?: Maybe<readonly { name?: Maybe<string>; nationality?: Maybe<string>; documents?: Maybe<readonly Document[]> }[]>;
  driverNationality?: Maybe<string>;
  driverDocuments?: Maybe<readonly Document[]>;
  departureCountry?: Maybe<string>;
  destinationCountry?: Maybe<string>;
  transitCountries?: Maybe<readonly string[]>;
  references?: Maybe<readonly { kind: string; number?: Maybe<string> }[]>;
}

export const STATED_GROUPS = [
  'trailers', 'equipment', 'seals', 'goods', 'dangerous', 'parties', 'references', 'countries', 'crew', 'documents',
] as const;
export type StatedGroup = (typeof STATED_GROUPS)[number];
export interface Stated {
  label: string;
  lines: string[];
}

/** The words of a code; a code without words stays as it is. */
export function codeWord(kind: 'size' | 'seal' | 'sealedBy' | 'package' | 'hazard' | 'party' | 'document' | 'reference', code: string): string {
  const key = `${kind}.${code}`;
  const word = t(key as Parameters<typeof t>[0]);
  return word === key ? code : word;
}

/** A class or division with its words; all divisions of class 1 are explosives. */
export function hazardWord(hazardClass: string): string {
  const word = codeWord('hazard', hazardClass.startsWith('1') ? '1' : hazardClass);
  return word === hazardClass ? hazardClass : `${hazardClass} ${word}`;
}

export function sizeWord(sizeType: string): string {
  const word = codeWord('size', sizeType);
  return word === sizeType ? sizeType : `${word} (${sizeType})`;
}

type Line = Maybe<string | false>;
const lines = (...all: Line[]): string[] => all.filter((line): line is string => Boolean(line));
const country = (code: Maybe<string>): string => (code ? countryName(code) : '');
type Label = Parameters<typeof t>[0];
const labelled = (label: Label, value: Maybe<string>): Line => value && t('declared.line', { label: t(label), value });

function documentLine({ kind, number, issuingCountry, expiresOn }: Document): string {
  const until = expiresOn && t('declared.until', { day: expiresOn });
  return lines(`${codeWord('document', kind)} ${number ?? ''}`.trim(), country(issuingCountry), until).join(' · ');
}

function itemLines(item: Item): string[] {
  const kind = item.packageKind && codeWord('package', item.packageKind);
  const packages = typeof item.packages === 'number' ? String(item.packages) : '';
  const weight = typeof item.grossWeightKg === 'number' ? `${item.grossWeightKg} kg` : '';
  return lines(
    item.description,
    labelled('declared.hsCode', item.hsCode),
    lines([packages, kind].filter(Boolean).join(' × '), weight).join(' · '),
    labelled('declared.originCountry', country(item.originCountry)),
    labelled('declared.containerNumber', item.containerNumber),
  );
}

function dangerousLines({ dangerous }: Item): string[] {
  const group = dangerous?.packingGroup;
  return lines(
    dangerous?.unNumber && `UN ${dangerous.unNumber.replace(/^UN\s*/i, '')}`,
    dangerous?.hazardClass && hazardWord(dangerous.hazardClass),
    labelled('declared.packingGroup', group),
  );
}

const nth = (label: Label, index: number): string => t(label, { n: index + 1 });

const BUILD: Record<StatedGroup, (declared: DeclaredParts) => Stated[]> = {
  trailers: ({ trailers }) =>
    (trailers ?? []).map(({ jurisdiction, text }, index) => ({
      label: nth('declared.trailer', index),
      lines: [`${text} (${t(`jurisdiction.${jurisdiction}` as Label)})`],
    })),
  equipment: ({ containers }) =>
    (containers ?? []).map(({ number, sizeType, loaded }) => ({
      label: number,
      lines: lines(sizeType && sizeWord(sizeType), typeof loaded === 'boolean' && t(`declared.loaded.${loaded}`)),
    })),
  seals: ({ containers }) =>
    (containers ?? []).flatMap(({ sealDetails }) =>
      (sealDetails ?? []).map(({ number, sealClass, sealingParty }) => ({
        label: t('declared.seal', { text: number }),
        lines: lines(sealClass && codeWord('seal', sealClass), sealingParty && codeWord('sealedBy', sealingParty)),
      })),
    ),
  goods: ({ goodsItems }) =>
    (goodsItems ?? []).map((item, index) => ({ label: nth('declared.item', index), lines: itemLines(item) })),
  dangerous: ({ goodsItems }) =>
    (goodsItems ?? []).flatMap((item, index) =>
      item.dangerous ? [{ label: nth('declared.item', index), lines: lines(item.description, ...dangerousLines(item)) }] : [],
    ),
  parties: ({ parties }) =>
    (parties ?? []).map(({ role, name, country: code }) => ({ label: codeWord('party', role), lines: lines(name, country(code)) })),
  references: ({ references }) =>
    (references ?? []).map(({ kind, number }) => ({ label: codeWord('reference', kind), lines: lines(number) })),
  countries: ({ departureCountry, destinationCountry, transitCountries }) => [
    { label: t('declared.departureCountry'), lines: lines(country(departureCountry)) },
    ...(transitCountries ?? []).map((code, index) => ({ label: nth('declared.transit', index), lines: lines(country(code)) })),
    { label: t('declared.destinationCountry'), lines: lines(country(destinationCountry)) },
  ],
  crew: ({ crewMembers }) =>
    (crewMembers ?? []).map(({ name, nationality, documents }, index) => ({
      label: nth('declared.member', index),
      lines: lines(name, country(nationality), ...(documents ?? []).map(documentLine)),
    })),
  documents: ({ driverNationality, driverDocuments }) => [
    { label: t('declared.nationality'), lines: lines(country(driverNationality)) },
    ...(driverDocuments ?? []).map((document, index) => ({ label: nth('declared.document', index), lines: [documentLine(document)] })),
  ],
};

/** What a declaration states in one group; nothing where it states nothing. */
export const statedIn = (group: StatedGroup, declared: DeclaredParts): Stated[] =>
  BUILD[group](declared).filter(({ lines: stated }) => stated.length > 0);
