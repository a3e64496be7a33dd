/** The declaration as it stands in the form, and its way from and to the API. */
import { fromLocalInput, toLocalInput } from '@clearlane/ui';
import type { Trip } from '../api.ts';
import type { DeclarationInput, Direction, Jurisdiction, Language } from '../generated/graphql.ts';

export interface DraftPlate {
  jurisdiction: Jurisdiction;
  text: string;
}
export interface DraftContainer {
  number: string;
  /** Seal numbers as typed, apart by commas or spaces. */
  seals: string;
}
/** Every value as typed; instants as local date and time of the checkpoint. */
export interface Draft {
  plates: DraftPlate[];
  containers: DraftContainer[];
  goodsSummary: string;
  direction: Direction | '';
  windowStart: string;
  windowEnd: string;
  driverName: string;
  driverPhone: string;
  crew: string;
  feverFree: 'yes' | 'no' | '';
}

/** The form for a trip's declaration as the server has it. */
export function draftOf(declaration: Trip['declaration']): Draft {
  const plates = declaration.plates.map(({ jurisdiction, text }) => ({ jurisdiction, text }));
  return {
    plates: plates.length > 0 ? plates : [{ jurisdiction: 'CN', text: '' }],
    containers: declaration.containers.map(({ number, seals }) => ({ number, seals: seals.join(' ') })),
    goodsSummary: declaration.goodsSummary ?? '',
    direction: declaration.direction ?? '',
    windowStart: toLocalInput(declaration.windowStart),
    windowEnd: toLocalInput(declaration.windowEnd),
    driverName: declaration.driverName ?? '',
    driverPhone: declaration.driverPhone ?? '',
    crew: String(declaration.crew ?? 1),
    feverFree: declaration.feverFree === null ? '' : declaration.feverFree ? 'yes' : 'no',
  };
}

export const sealsOf = (typed: string): string[] => typed.split(/[\s,，、;；]+/).filter(Boolean);

/** Takes out rows in which nothing was typed, so that a failure's index is the row on the screen. */
export function withoutEmptyRows(draft: Draft): Draft {
  const plates = draft.plates.filter(({ text }) => text.trim());
  return {
    ...draft,
    plates: plates.length > 0 ? plates : draft.plates.slice(0, 1),
    containers: draft.containers.filter(({ number, seals }) => number.trim() || seals.trim()),
  };
}

/** What is sent for a draft without empty rows. */
export function declarationOf(draft: Draft, language: Language): DeclarationInput {
  const crew = Number.parseInt(draft.crew.normalize('NFKC'), 10);
  return {
    plates: draft.plates.filter(({ text }) => text.trim()),
    containers: draft.containers.map(({ number, seals }) => ({ number, seals: sealsOf(seals) })),
    goodsSummary: draft.goodsSummary,
    direction: draft.direction || null,
    windowStart: fromLocalInput(draft.windowStart),
    windowEnd: fromLocalInput(draft.windowEnd),
    driverName: draft.driverName,
    driverPhone: draft.driverPhone,
    crew: Number.isFinite(crew) ? Math.min(Math.max(crew, -999), 999) : null,
    feverFree: draft.feverFree === '' ? null : draft.feverFree === 'yes',
    language,
  };
}
