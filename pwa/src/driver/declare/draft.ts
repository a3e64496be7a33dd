/** The declaration as it stands in the form: every value as typed. */
import type { Direction, DocumentKind, Jurisdiction, PartyRole, ReferenceKind } from '../generated/graphql.ts';

export type DraftPlate = { jurisdiction: Jurisdiction; text: string };
/** What is known of a seal; its number stands among the container's seals. */
export type DraftSeal = { number: string; sealClass: string; sealingParty: string };
export interface DraftContainer {
  number: string;
  /** Seal numbers as typed, apart by commas or spaces. */
  seals: string;
  sealDetails: DraftSeal[];
  sizeType: string;
  loaded: 'yes' | 'no' | '';
}
export type DraftItem = {
  description: string;
  hsCode: string;
  packages: string;
  packageKind: string;
  grossWeightKg: string;
  /** A code of ISO 3166-1, or what was typed and is none. */
  originCountry: string;
  containerNumber: string;
  isDangerous: 'yes' | 'no' | '';
  unNumber: string;
  hazardClass: string;
  packingGroup: string;
};
export type DraftParty = { role: PartyRole; name: string; country: string };
export type DraftDocument = { kind: DocumentKind; number: string; issuingCountry: string; expiresOn: string };
export type DraftMember = { name: string; nationality: string; documents: DraftDocument[] };
export type DraftReference = { kind: ReferenceKind; number: string };

/** Instants are local date and time of the checkpoint. */
export interface Draft {
  plates: DraftPlate[];
  trailers: DraftPlate[];
  containers: DraftContainer[];
  goodsSummary: string;
  goodsItems: DraftItem[];
  parties: DraftParty[];
  references: DraftReference[];
  direction: Direction | '';
  windowStart: string;
  windowEnd: string;
  departureCountry: string;
  destinationCountry: string;
  transitCountries: { code: string }[];
  driverName: string;
  driverPhone: string;
  driverNationality: string;
  driverDocuments: DraftDocument[];
  crew: string;
  crewMembers: DraftMember[];
  feverFree: 'yes' | 'no' | '';
}

export const newContainer = (): DraftContainer => ({ number: '', seals: '', sealDetails: [], sizeType: '', loaded: '' });
const newDocument = (kind: DocumentKind): DraftDocument => ({ kind, number: '', issuingCountry: '', expiresOn: '' });
const firstUnused = <Word extends string>(words: readonly [Word, ...Word[]], used: readonly { role?: string; kind?: string }[]): Word =>
  words.find((word) => !used.some(({ role, kind }) => word === (role ?? kind))) ?? words[0];

/** The lists whose rows are added on the pages, each with its next new row. */
export const NEW_ROW = {
  goodsItems: (): DraftItem => ({
    description: '',
    hsCode: '',
    packages: '',
    packageKind: '',
    grossWeightKg: '',
    originCountry: '',
    containerNumber: '',
    isDangerous: '',
    unNumber: '',
    hazardClass: '',
    packingGroup: '',
  }),
  parties: ({ parties }) => ({ role: firstUnused(['CONSIGNOR', 'CONSIGNEE', 'DECLARANT'], parties), name: '', country: '' }),
  references: ({ references }) => ({
    kind: firstUnused(['CUSTOMS_DECLARATION', 'MANIFEST', 'UCR', 'TRANSPORT_PERMIT', 'TRANSIT_DECLARATION', 'TIR_CARNET'], references),
    number: '',
  }),
  transitCountries: () => ({ code: '' }),
  driverDocuments: ({ driverDocuments }) =>
    newDocument(firstUnused(['DRIVING_LICENCE', 'HOME_RETURN_PERMIT', 'DANGEROUS_GOODS_CERTIFICATE'], driverDocuments)),
  crewMembers: (): DraftMember => ({ name: '', nationality: '', documents: [] }),
  documents: () => newDocument('HOME_RETURN_PERMIT'),
} as const satisfies Record<string, (draft: Draft) => unknown>;

export const sealsOf = (typed: string): string[] => typed.split(/[\s,，、;；]+/).filter(Boolean);

/** Nothing was typed in a row: what is merely chosen (its kind, its role, its jurisdiction) does not count. */
export function isEmptyRow(row: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(row).every(([name, value]) => {
    if (['kind', 'role', 'jurisdiction'].includes(name)) return true;
    return Array.isArray(value) ? value.every(isEmptyRow) : String(value).trim() === '';
  });
}

const filled = <Row extends object>(rows: Row[]): Row[] => rows.filter((row) => !isEmptyRow(row as Record<string, unknown>));

/** Takes out rows in which nothing was typed, so that a failure's index is the row on the screen. */
export function withoutEmptyRows(draft: Draft): Draft {
  const plates = draft.plates.filter(({ text }) => text.trim());
  return {
    ...draft,
    plates: plates.length > 0 ? plates : draft.plates.slice(0, 1),
    trailers: filled(draft.trailers),
    containers: draft.containers.filter(({ number, seals }) => number.trim() || seals.trim()),
    goodsItems: filled(draft.goodsItems),
    parties: filled(draft.parties),
    references: filled(draft.references),
    transitCountries: filled(draft.transitCountries),
    driverDocuments: filled(draft.driverDocuments),
    crewMembers: filled(draft.crewMembers).map((member) => ({ ...member, documents: filled(member.documents) })),
  };
}
