/** The fields of the pages for what only some trips have, as data: one component shows them all. */
import {
  DOCUMENT_KINDS,
  HAZARD_CLASSES,
  PACKAGE_KINDS,
  PACKING_GROUPS,
  PARTY_ROLES,
  REFERENCE_KINDS,
  codeWord,
  hazardWord,
  t,
} from '@clearlane/ui';
import type { words } from '../words.ts';
import type { NEW_ROW } from './draft.ts';

export type UiWord = Parameters<typeof t>[0];
export type DriverWord = Parameters<typeof words>[0];

export interface FieldSpec {
  /** Its name in the draft's row. */
  name: string;
  /** Its place in the API's row where that is another; empty where the row is the value itself. */
  at?: string;
  label: UiWord;
  hint?: DriverWord;
  kind: 'text' | 'code' | 'digits' | 'date' | 'country' | 'container' | 'choice' | 'select';
  options?: readonly { value: string; word: () => string }[];
  /** A choice that must be one of the options; others may be left open. */
  always?: boolean;
  onlyIf?: (row: Readonly<Record<string, string>>) => boolean;
  maxlength?: number;
}

export interface ListSpec {
  /** Its name in the draft and in the API. */
  list: keyof typeof NEW_ROW;
  row: UiWord;
  add: DriverWord;
  most: number;
  fields: readonly FieldSpec[];
}

const coded = (kind: Parameters<typeof codeWord>[0], codes: readonly string[]): FieldSpec['options'] =>
  codes.map((value) => ({ value, word: () => codeWord(kind, value) }));
const isDangerous: FieldSpec['onlyIf'] = (row) => row['isDangerous'] === 'yes';

const DOCUMENT: readonly FieldSpec[] = [
  { name: 'kind', label: 'declared.kind', kind: 'select', options: coded('document', DOCUMENT_KINDS), always: true },
  { name: 'number', label: 'declared.number', kind: 'code', maxlength: 60 },
  { name: 'issuingCountry', label: 'declared.issuingCountry', kind: 'country' },
  { name: 'expiresOn', label: 'declared.expiresOn', kind: 'date' },
];

export const ITEM: readonly FieldSpec[] = [
  { name: 'description', label: 'declared.description', hint: 'item.description.hint', kind: 'text', maxlength: 400 },
  { name: 'hsCode', label: 'declared.hsCode', hint: 'item.hsCode.hint', kind: 'digits', maxlength: 20 },
  { name: 'packages', label: 'declared.packages', hint: 'item.packages.hint', kind: 'digits', maxlength: 12 },
  { name: 'packageKind', label: 'declared.packageKind', kind: 'select', options: coded('package', PACKAGE_KINDS) },
  { name: 'grossWeightKg', label: 'declared.grossWeightKg', hint: 'item.weight.hint', kind: 'digits', maxlength: 12 },
  { name: 'originCountry', label: 'declared.originCountry', kind: 'country' },
  { name: 'containerNumber', label: 'declared.containerNumber', kind: 'container' },
];
export const DANGEROUS: readonly FieldSpec[] = [
  {
    name: 'isDangerous',
    at: 'dangerous',
    label: 'declared.isDangerous',
    kind: 'choice',
    options: (['no', 'yes'] as const).map((value) => ({ value, word: () => t(`declared.isDangerous.${value}`) })),
  },
  { name: 'unNumber', at: 'dangerous-unNumber', label: 'declared.unNumber', hint: 'dangerous.unNumber.hint', kind: 'digits', onlyIf: isDangerous, maxlength: 12 },
  {
    name: 'hazardClass',
    at: 'dangerous-hazardClass',
    label: 'declared.hazardClass',
    hint: 'dangerous.class.hint',
    kind: 'select',
    options: HAZARD_CLASSES.map((value) => ({ value, word: () => hazardWord(value) })),
    onlyIf: isDangerous,
  },
  {
    name: 'packingGroup',
    at: 'dangerous-packingGroup',
    label: 'declared.packingGroup',
    hint: 'dangerous.group.hint',
    kind: 'select',
    options: PACKING_GROUPS.map((value) => ({ value, word: () => value })),
    onlyIf: isDangerous,
  },
];
export const MEMBER: readonly FieldSpec[] = [
  { name: 'name', label: 'declared.personName', kind: 'text', maxlength: 200 },
  { name: 'nationality', label: 'declared.nationality', kind: 'country' },
];

export const MEMBER_DOCUMENTS: ListSpec = { list: 'documents', row: 'declared.document', add: 'documents.add', most: 6, fields: DOCUMENT };
export const ITEMS: ListSpec = { list: 'goodsItems', row: 'declared.item', add: 'goods.add', most: 50, fields: [...ITEM, ...DANGEROUS] };
export const MEMBERS: ListSpec = { list: 'crewMembers', row: 'declared.member', add: 'crew.add', most: 8, fields: MEMBER };
export const DRIVER_DOCUMENTS: ListSpec = { ...MEMBER_DOCUMENTS, list: 'driverDocuments' };
export const PARTIES: ListSpec = {
  list: 'parties',
  row: 'declared.party',
  add: 'parties.add',
  most: 3,
  fields: [
    { name: 'role', label: 'declared.role', kind: 'select', options: coded('party', PARTY_ROLES), always: true },
    { name: 'name', label: 'declared.name', kind: 'text', maxlength: 200 },
    { name: 'country', label: 'declared.country', kind: 'country' },
  ],
};
export const REFERENCES: ListSpec = {
  list: 'references',
  row: 'declared.reference',
  add: 'references.add',
  most: 20,
  fields: [
    { name: 'kind', label: 'declared.kind', kind: 'select', options: coded('reference', REFERENCE_KINDS), always: true },
    { name: 'number', label: 'declared.number', kind: 'code', maxlength: 60 },
  ],
};
export const TRANSIT: ListSpec = {
  list: 'transitCountries',
  row: 'declared.transit',
  add: 'countries.add',
  most: 10,
  fields: [{ name: 'code', at: '', label: 'declared.country', kind: 'country' }],
};
export const LISTS: readonly ListSpec[] = [ITEMS, PARTIES, REFERENCES, TRANSIT, DRIVER_DOCUMENTS, MEMBERS, MEMBER_DOCUMENTS];

/** Fields that stand alone on these pages, each under its own name in the draft and in the API. */
export const DEPARTURE: FieldSpec = { name: 'departureCountry', label: 'declared.departureCountry', kind: 'country' };
export const DESTINATION: FieldSpec = { name: 'destinationCountry', label: 'declared.destinationCountry', kind: 'country' };
export const NATIONALITY: FieldSpec = { name: 'driverNationality', label: 'declared.nationality', kind: 'country' };
export const SINGLE: readonly FieldSpec[] = [DEPARTURE, DESTINATION, NATIONALITY];

/** Id of a row's field: what its path in the API is, joined. */
export const idOf = (row: string, { name, at = name }: FieldSpec): string => (at ? `${row}-${at}` : row);

/** What stands in a row's field, and how it is changed. */
export const valueOf = (row: object, { name }: FieldSpec): string => String((row as Record<string, unknown>)[name] ?? '');
export function setValue(row: object, { name }: FieldSpec, typed: string): void {
  (row as Record<string, string>)[name] = typed;
}
