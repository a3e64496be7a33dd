/** The declaration's way from the API into the form and back. */
import { fromLocalInput, toLocalInput } from '@clearlane/ui';
import type { Trip } from '../api.ts';
import type {
  ContainerInput,
  DeclarationInput,
  GoodsItemInput,
  Language,
  PackingGroup,
  PersonDocumentInput,
  SealClass,
  SealingParty,
} from '../generated/graphql.ts';
import { newContainer, sealsOf, type Draft, type DraftContainer, type DraftDocument, type DraftItem } from './draft.ts';

type Declared = Trip['declaration'];
/** Beyond this GraphQL's whole numbers end. */
const GREATEST = 2 ** 31 - 1;
/** Stands for what is no whole number: the rules refuse it at its field. */
const NO_NUMBER = -1;

const typed = (value: string | number | null | undefined): string => String(value ?? '');
const yesNo = (value: boolean | null): 'yes' | 'no' | '' => (value === null ? '' : value ? 'yes' : 'no');
const stated = (value: 'yes' | 'no' | ''): boolean | null => (value === '' ? null : value === 'yes');

function containerOf({ number, seals, sealDetails, sizeType, loaded }: Declared['containers'][number]): DraftContainer {
  const numbers = [...new Set([...seals, ...sealDetails.map((detail) => detail.number)])];
  return {
    number,
    seals: numbers.join(' '),
    sealDetails: sealDetails.map((detail) => ({
      number: detail.number,
      sealClass: typed(detail.sealClass),
      sealingParty: typed(detail.sealingParty),
    })),
    sizeType: typed(sizeType),
    loaded: yesNo(loaded),
  };
}

function itemOf({ dangerous, ...item }: Declared['goodsItems'][number]): DraftItem {
  return {
    description: typed(item.description),
    hsCode: typed(item.hsCode),
    packages: typed(item.packages),
    packageKind: typed(item.packageKind),
    grossWeightKg: typed(item.grossWeightKg),
    originCountry: typed(item.originCountry),
    containerNumber: typed(item.containerNumber),
    isDangerous: dangerous ? 'yes' : '',
    unNumber: typed(dangerous?.unNumber),
    hazardClass: typed(dangerous?.hazardClass),
    packingGroup: typed(dangerous?.packingGroup),
  };
}

const documentOf = ({ kind, number, issuingCountry, expiresOn }: Declared['driverDocuments'][number]): DraftDocument => ({
  kind,
  number: typed(number),
  issuingCountry: typed(issuingCountry),
  expiresOn: typed(expiresOn),
});

/** The form for a trip's declaration as the server has it. */
export function draftOf(declared: Declared): Draft {
  const plate = ({ jurisdiction, text }: Declared['plates'][number]): Draft['plates'][number] => ({ jurisdiction, text });
  const plates = declared.plates.map(plate);
  return {
    plates: plates.length > 0 ? plates : [{ jurisdiction: 'CN', text: '' }],
    trailers: declared.trailers.map(plate),
    containers: declared.containers.map(containerOf),
    goodsSummary: typed(declared.goodsSummary),
    goodsItems: declared.goodsItems.map(itemOf),
    parties: declared.parties.map(({ role, name, country }) => ({ role, name: typed(name), country: typed(country) })),
    references: declared.references.map(({ kind, number }) => ({ kind, number: typed(number) })),
    direction: declared.direction ?? '',
    windowStart: toLocalInput(declared.windowStart),
    windowEnd: toLocalInput(declared.windowEnd),
    departureCountry: typed(declared.departureCountry),
    destinationCountry: typed(declared.destinationCountry),
    transitCountries: declared.transitCountries.map((code) => ({ code })),
    driverName: typed(declared.driverName),
    driverPhone: typed(declared.driverPhone),
    driverNationality: typed(declared.driverNationality),
    driverDocuments: declared.driverDocuments.map(documentOf),
    crew: typed(declared.crew ?? 1),
    crewMembers: declared.crewMembers.map(({ name, nationality, documents }) => ({
      name: typed(name),
      nationality: typed(nationality),
      documents: documents.map(documentOf),
    })),
    feverFree: yesNo(declared.feverFree),
  };
}

/** A draft that this phone kept; one kept by an older app lacks what that did not know. */
export function draftOfKept(kept: Draft, declared: Declared): Draft {
  const known = draftOf(declared);
  const containers = kept.containers.map((container) => Object.assign(newContainer(), container));
  return { ...known, ...kept, containers };
}

/** The whole number that was typed, full-width digits and thousands apart understood. */
export function wholeNumber(text: string): number | null {
  const digits = text.normalize('NFKC').replace(/[\s,]/g, '');
  if (!digits) return null;
  return /^\d+$/.test(digits) ? Math.min(Number(digits), GREATEST) : NO_NUMBER;
}

function containerInput({ number, seals, sealDetails, sizeType, loaded }: DraftContainer): ContainerInput {
  const numbers = sealsOf(seals);
  const known = sealDetails.filter((detail) => numbers.includes(detail.number) && (detail.sealClass || detail.sealingParty));
  return {
    number,
    seals: numbers,
    sealDetails: known.map((detail) => ({
      number: detail.number,
      sealClass: (detail.sealClass || null) as SealClass | null,
      sealingParty: (detail.sealingParty || null) as SealingParty | null,
    })),
    sizeType: sizeType.trim() || null,
    loaded: stated(loaded),
  };
}

function itemInput({ isDangerous, unNumber, hazardClass, packingGroup, ...item }: DraftItem): GoodsItemInput {
  const dangerous = { unNumber, hazardClass, packingGroup: (packingGroup || null) as PackingGroup | null };
  return {
    ...item,
    packages: wholeNumber(item.packages),
    grossWeightKg: wholeNumber(item.grossWeightKg),
    dangerous: isDangerous === 'yes' ? dangerous : null,
  };
}

const documentInput = (document: DraftDocument): PersonDocumentInput => ({ ...document, expiresOn: document.expiresOn || null });

/** What is sent for a draft without empty rows. */
export function declarationOf(draft: Draft, language: Language): DeclarationInput {
  const crew = Number.parseInt(draft.crew.normalize('NFKC'), 10);
  return {
    plates: draft.plates.filter(({ text }) => text.trim()),
    trailers: draft.trailers,
    containers: draft.containers.map(containerInput),
    goodsSummary: draft.goodsSummary,
    goodsItems: draft.goodsItems.map(itemInput),
    parties: draft.parties,
    references: draft.references,
    direction: draft.direction || null,
    windowStart: fromLocalInput(draft.windowStart),
    windowEnd: fromLocalInput(draft.windowEnd),
    departureCountry: draft.departureCountry.trim() || null,
    destinationCountry: draft.destinationCountry.trim() || null,
    transitCountries: draft.transitCountries.map(({ code }) => code),
    driverName: draft.driverName,
    driverPhone: draft.driverPhone,
    driverNationality: draft.driverNationality.trim() || null,
    driverDocuments: draft.driverDocuments.map(documentInput),
    crew: Number.isFinite(crew) ? Math.min(Math.max(crew, -999), 999) : null,
    crewMembers: draft.crewMembers.map((member) => ({ ...member, documents: member.documents.map(documentInput) })),
    feverFree: stated(draft.feverFree),
    language,
  };
}
