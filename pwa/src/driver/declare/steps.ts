/** The rules a phone can see by itself: what is plainly missing before anything is sent. */
import { checkContainer, homeOf, parsePlate, type Plate } from '@clearlane/ui/identifiers';
import type { Failure } from '../api.ts';
import type { Draft } from './draft.ts';
import { STEPS, type Page, type Step } from './pages.ts';

/** A failure as the rules name it; found on the phone or told by the server. */
export type FoundFailure = Readonly<Pick<Failure, 'path' | 'args'>> & { code: string; message?: string };

function failure(code: string, path: (string | number)[], args: Record<string, string> = {}): FoundFailure {
  return {
    code,
    path: path.map(String),
    args: Object.entries(args).map(([name, value]) => ({ name, value })),
  };
}

function vehicle({ plates }: Draft): FoundFailure[] {
  const parsed: (Plate | null)[] = plates.map(({ text, jurisdiction }) => parsePlate(text, jurisdiction));
  const found = plates.flatMap(({ text, jurisdiction }, index) => {
    const path = ['plates', index, 'text'];
    if (!text.trim()) return index === 0 ? [failure('FIELD_REQUIRED', path)] : [];
    return parsed[index] ? [] : [failure('PLATE_INVALID', path, { text: text.trim().slice(0, 40), jurisdiction })];
  });
  if (found.length > 0) return found;
  return parsed.flatMap((plate, index) => {
    const home = plate && homeOf(plate.kind);
    const alone = plate && home && !parsed.some((other) => other?.jurisdiction === 'HK' || other?.jurisdiction === 'MO');
    return alone ? [failure('PLATE_HOME_MISSING', ['plates', index, 'text'], { text: plate.display, needed: home })] : [];
  });
}

function load({ containers, goodsSummary }: Draft): FoundFailure[] {
  const found = containers.flatMap(({ number, seals }, index) => {
    const path = ['containers', index, 'number'];
    const check = checkContainer(number);
    if (!number.trim()) return seals.trim() ? [failure('SEAL_WITHOUT_CONTAINER', path, { text: seals.trim() })] : [];
    if (check.result === 'form') return [failure('CONTAINER_FORMAT', path, { text: number.trim().slice(0, 40) })];
    if (check.result === 'good') return [];
    return [failure('CONTAINER_CHECK_DIGIT', path, { text: check.text, expected: check.expected })];
  });
  const loaded = containers.some(({ number }) => number.trim());
  return loaded && !goodsSummary.trim() ? [...found, failure('FIELD_REQUIRED', ['goodsSummary'])] : found;
}

function crossing({ direction, windowStart, windowEnd }: Draft): FoundFailure[] {
  return [
    ...(direction ? [] : [failure('DIRECTION_MISSING', ['direction'])]),
    ...(windowStart ? [] : [failure('WINDOW_MISSING', ['windowStart'])]),
    ...(windowEnd ? [] : [failure('WINDOW_MISSING', ['windowEnd'])]),
    ...(windowStart && windowEnd && windowEnd <= windowStart ? [failure('WINDOW_ORDER', ['windowEnd'])] : []),
  ];
}

function people({ driverName, driverPhone, crew, feverFree }: Draft): FoundFailure[] {
  return [
    ...(driverName.trim() ? [] : [failure('FIELD_REQUIRED', ['driverName'])]),
    ...(driverPhone.trim() ? [] : [failure('CONTACT_MISSING', ['driverPhone'])]),
    ...(crew.trim() ? [] : [failure('CREW_INVALID', ['crew'])]),
    ...(feverFree ? [] : [failure('HEALTH_MISSING', ['feverFree'])]),
  ];
}

const RULES: Record<Step, (draft: Draft) => FoundFailure[]> = { vehicle, load, crossing, people };

/** What is plainly wrong on one page; the server's rules stay the ones that count. */
export const failuresOn = (step: Step, draft: Draft): FoundFailure[] => RULES[step](draft);

/** The first page from `after` on where something is missing, else the answers. */
export function nextPage(draft: Draft, after?: Step): Page {
  const rest = STEPS.slice(after === undefined ? 0 : STEPS.indexOf(after) + 1);
  return rest.find((step) => failuresOn(step, draft).length > 0) ?? 'check';
}
