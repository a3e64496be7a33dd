/** Where a failure's path stands: its page, its field, what the field is called and what is in it. */
import { t } from '@clearlane/ui';
import { words } from '../words.ts';
import { isEmptyRow, type Draft } from './draft.ts';
import { idOf, LISTS, SINGLE, type DriverWord, type ListSpec } from './form.ts';
import type { Page } from './pages.ts';

export interface Place {
  page: Page;
  /** Which row the page shows, where it shows one of a list. */
  row: number | null;
}
type Found = Place | Page;

const PAGE_OF: Record<string, Found | ((parts: readonly string[]) => Found)> = {
  plates: 'vehicle',
  trailers: 'trailers',
  containers: ([, , part, , detail]) => {
    if (part === 'sizeType' || part === 'loaded') return 'equipment';
    return part === 'sealDetails' && detail !== 'number' ? 'seals' : 'load';
  },
  goodsSummary: 'load',
  goodsItems: ([, row, part]) => (part === 'dangerous' ? 'dangerous' : row ? { page: 'item', row: Number(row) } : 'goods'),
  parties: 'parties',
  references: 'references',
  direction: 'crossing',
  windowStart: 'crossing',
  windowEnd: 'crossing',
  departureCountry: 'countries',
  destinationCountry: 'countries',
  transitCountries: 'countries',
  driverName: 'people',
  driverPhone: 'people',
  crew: 'people',
  feverFree: 'people',
  driverNationality: 'documents',
  driverDocuments: 'documents',
  crewMembers: ([, row]) => (row ? { page: 'member', row: Number(row) } : 'crew'),
};

/** The path without what wraps the declaration: `plates`, `0`, `text`. */
function inner(path: readonly string[]): string[] {
  const start = path.findIndex((part) => part in PAGE_OF);
  return start < 0 ? [] : path.slice(start);
}

/** The page that holds a path; null when none does. */
export function placeOf(path: readonly string[]): Place | null {
  const parts = inner(path);
  const given = PAGE_OF[parts[0] ?? ''];
  const found = typeof given === 'function' ? given(parts) : given;
  if (!found) return null;
  return typeof found === 'string' ? { page: found, row: null } : found;
}

/** Which list a path lies in, its row there, and what of the row it names. */
function listOf(parts: readonly string[]): { spec: ListSpec; row: string; rest: string[] } | null {
  const nested = parts[0] === 'crewMembers' && parts[2] === 'documents';
  const [at, name] = nested ? [2, 'documents'] : [0, parts[0]];
  const spec = LISTS.find(({ list }) => list === name);
  return spec && parts[at + 1] !== undefined
    ? { spec, row: parts.slice(0, at + 2).join('-'), rest: parts.slice(at + 2) }
    : null;
}

/** Id of the input that a failure points at; empty when it points at none. */
export function fieldOf(path: readonly string[]): string {
  const parts = inner(path);
  const [name, row = '0', part, detail] = parts;
  if ((name === 'plates' || (name === 'trailers' && parts.length > 1)) && parts.length < 3) return `${name}-${row}-text`;
  if (name === 'containers' && parts.length < 3) return `containers-${row}-number`;
  // all seals of a container are typed into one field
  if (part === 'seals' || (part === 'sealDetails' && parts[4] === 'number')) return `containers-${row}-seals`;
  if (part === 'sealDetails') return `containers-${row}-sealDetails-${detail ?? '0'}-${parts[4] ?? 'sealClass'}`;
  const found = listOf(parts);
  const [first] = found?.spec.fields ?? [];
  if (found && first && found.rest.length === 0) return idOf(found.row, first);
  return parts.join('-');
}

const STEP_LABELS: Record<string, DriverWord> = {
  plates: 'vehicle.title',
  goodsSummary: 'goods.label',
  direction: 'crossing.direction',
  windowStart: 'crossing.start',
  windowEnd: 'crossing.end',
  driverName: 'people.name',
  driverPhone: 'people.phone',
  crew: 'people.crew',
  feverFree: 'people.health.short',
  goodsItems: 'goods.title',
  parties: 'parties.title',
  references: 'references.title',
  transitCountries: 'countries.title',
  driverDocuments: 'documents.title',
  crewMembers: 'crew.title',
};

/** What a failure's field is called: its row and its label; empty when no page holds it. */
export function labelOf(path: readonly string[]): string {
  const parts = inner(path);
  const [name = '', row = '0', part] = parts;
  const n = Number(row) + 1;
  if (name === 'trailers') return t('declared.trailer', { n });
  if (name === 'containers') {
    const label = part === 'sizeType' || part === 'loaded' ? t(`declared.${part}`) : part ? t('declared.seals') : '';
    return label ? words('failure.row', { row: t('container.nth', { n }), field: label }) : t('container.nth', { n });
  }
  const found = listOf(parts);
  if (found) return labelInRow(found, parts);
  const single = SINGLE.find((spec) => spec.name === name);
  if (single) return t(single.label);
  const label = STEP_LABELS[name];
  return label ? words(label) : '';
}

function labelInRow({ spec, row, rest }: { spec: ListSpec; row: string; rest: string[] }, parts: readonly string[]): string {
  const at = t(spec.row, { n: Number(row.split('-').at(-1)) + 1 });
  const whose = parts[0] === 'crewMembers' && parts.length > 2 && spec.list === 'documents' ? t('declared.member', { n: Number(parts[1]) + 1 }) : '';
  const field = spec.fields.find((one) => (one.at ?? one.name) === rest.join('-'));
  const nested = rest[0] === 'documents' ? words('documents.papers') : '';
  const inside = field ? t(field.label) : nested;
  const here = inside ? words('failure.row', { row: at, field: inside }) : at;
  return whose ? words('failure.row', { row: whose, field: here }) : here;
}

/** What stands in the field that a path points at, as text to compare with. */
export function valueAt(draft: Draft, path: readonly string[]): string {
  const parts = inner(path);
  const whole = (parts[0] === 'plates' || parts[0] === 'containers') && parts.length < 3;
  return textOf(walk(draft, whole ? fieldOf(path).split('-') : parts));
}

function walk(draft: Draft, parts: readonly string[]): unknown {
  let value: unknown = draft;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null) return value;
    // in the form an item's dangers stand beside its other facts
    if (part === 'dangerous') {
      const { isDangerous, unNumber, hazardClass, packingGroup } = value as Record<string, unknown>;
      value = parts.at(-1) === 'dangerous' ? isDangerous : { unNumber, hazardClass, packingGroup };
    } else value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.filter((row: Record<string, unknown>) => !isEmptyRow(row)));
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}
