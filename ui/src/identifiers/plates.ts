/** Number plates, checked while they are typed (core/identifiers/plates.py is the reference). */
import { normalise } from './text.ts';

export const JURISDICTIONS = ['CN', 'HK', 'MO', 'OTHER'] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];
export type PlateKind =
  | 'STANDARD'
  | 'NEW_ENERGY'
  | 'TRAILER'
  | 'CROSS_BORDER_HK'
  | 'CROSS_BORDER_MO'
  | 'SPECIAL'
  | 'HONG_KONG'
  | 'HONG_KONG_PERSONALISED'
  | 'MACAO'
  | 'GENERIC';
export interface Plate {
  jurisdiction: Jurisdiction;
  /** Canonical text. */
  text: string;
  kind: PlateKind;
  /** As people write it: 粤B·12345, UP 2643, MA-12-34. */
  display: string;
}

// GA 36-2018; 粤Z is kept for vehicles that cross the border, there 港 or 澳 stands at the end.
const OFFICE = '(?!粤Z)[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-HJ-Z]';
const SIGN = '[A-HJ-NP-Z0-9]';
const form = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const FORMS: Record<Jurisdiction, readonly (readonly [PlateKind, RegExp])[]> = {
  CN: [
    ['CROSS_BORDER_HK', form(`粤Z${SIGN}{4}港`)],
    ['CROSS_BORDER_MO', form(`粤Z${SIGN}{4}澳`)],
    ['TRAILER', form(`${OFFICE}${SIGN}{4}挂`)],
    ['SPECIAL', form(`${OFFICE}${SIGN}{4}[学警领使]|使[0-9]{6}|[0-9]{6}使`)],
    ['NEW_ENERGY', form(`${OFFICE}(?:[A-HJK]${SIGN}[0-9]{4}|[0-9]{5}[A-HJK])`)],
    ['STANDARD', form(`${OFFICE}${SIGN}{5}`)],
  ],
  // Transport Department of Hong Kong: no I, O or Q; an ordinary mark has no leading zero.
  HK: [
    ['HONG_KONG', form('[A-HJ-NPR-Z]{0,2}[1-9][0-9]{0,3}')],
    ['HONG_KONG_PERSONALISED', form('(?=.*[A-Z])(?![A-Z]{1,2}0[0-9]{0,3}$)[A-HJ-NPR-Z0-9]{1,8}')],
  ],
  MO: [['MACAO', form('[A-Z]{1,2}[0-9]{4}')]],
  OTHER: [['GENERIC', form('[A-Z0-9]{2,12}')]],
};

function display(text: string, kind: PlateKind): string {
  if (kind === 'HONG_KONG') return text.replace(/^([A-Z]+)([0-9]+)$/, '$1 $2');
  if (kind === 'MACAO') return `${text.slice(0, -4)}-${text.slice(-4, -2)}-${text.slice(-2)}`;
  if (kind === 'HONG_KONG_PERSONALISED' || kind === 'GENERIC' || /^[使0-9]/.test(text)) return text;
  return `${text.slice(0, 2)}·${text.slice(2)}`;
}

/** The plate somebody typed, or null when it is not one of that jurisdiction (yet). */
export function parsePlate(typed: string, jurisdiction: Jurisdiction): Plate | null {
  const text = normalise(typed);
  const kind = FORMS[jurisdiction].find(([, pattern]) => pattern.test(text))?.[0];
  return kind ? { jurisdiction, text, kind, display: display(text, kind) } : null;
}

/** The jurisdiction whose plate must stand beside a 粤Z plate. */
export function homeOf(kind: PlateKind): Jurisdiction | null {
  if (kind === 'CROSS_BORDER_HK') return 'HK';
  return kind === 'CROSS_BORDER_MO' ? 'MO' : null;
}
