/** A new order as it stands in the form, and its way to the API. */
import { fromLocalInput, toLocalInput } from '@clearlane/ui';
import { checkContainer } from '@clearlane/ui/identifiers';
import type { CreateWorkOrderInput, Direction } from '../generated/graphql.ts';

export interface OrderContainer {
  number: string;
  /** As typed, apart by commas or spaces. */
  seals: string;
  sizeType: string;
  loaded: 'yes' | 'no' | '';
}
export interface OrderDraft {
  reference: string;
  direction: Direction | '';
  checkpointId: string;
  goodsSummary: string;
  containers: OrderContainer[];
  windowStart: string;
  windowEnd: string;
  driverName: string;
  driverPhone: string;
}
export interface OrderFailure {
  code: string;
  message?: string;
  path: readonly string[];
  args: readonly { name: string; value: string }[];
}

const HOUR = 3_600_000;

export const newContainer = (): OrderContainer => ({ number: '', seals: '', sizeType: '', loaded: '' });

/** An empty order whose window is the next three hours. */
export function newDraft(now: number, checkpointId: string): OrderDraft {
  const start = Math.ceil(now / (HOUR / 4)) * (HOUR / 4);
  return {
    reference: '',
    direction: 'SOUTHBOUND',
    checkpointId,
    goodsSummary: '',
    containers: [newContainer()],
    windowStart: toLocalInput(new Date(start).toISOString()),
    windowEnd: toLocalInput(new Date(start + 3 * HOUR).toISOString()),
    driverName: '',
    driverPhone: '',
  };
}

/** Takes out container rows in which nothing was typed. */
export function withoutEmptyRows(draft: OrderDraft): OrderDraft {
  return { ...draft, containers: draft.containers.filter(({ number, seals }) => number.trim() || seals.trim()) };
}

const missing = (code: string, ...path: string[]): OrderFailure => ({ code, path, args: [] });

/** What is plainly missing before anything is sent. */
export function failuresOf(draft: OrderDraft): OrderFailure[] {
  const texts = (['reference', 'goodsSummary', 'driverName'] as const).filter((name) => !draft[name].trim());
  const containers = draft.containers.flatMap(({ number }, index) => {
    const check = checkContainer(number);
    const path = ['containers', String(index), 'number'];
    if (check.result === 'good') return [];
    const args = [{ name: 'text', value: number.trim().slice(0, 40) }];
    if (check.result === 'form') return [{ code: 'CONTAINER_FORMAT', path, args }];
    return [{ code: 'CONTAINER_CHECK_DIGIT', path, args: [...args, { name: 'expected', value: check.expected }] }];
  });
  const windows = (['windowStart', 'windowEnd'] as const).filter((name) => !draft[name]);
  const phone = draft.driverPhone.trim() ? [] : [missing('CONTACT_MISSING', 'driverPhone')];
  return [
    ...texts.map((name) => missing('FIELD_REQUIRED', name)),
    ...containers,
    ...windows.map((name) => missing('WINDOW_MISSING', name)),
    ...phone,
  ];
}

/** Id of the input that a failure points at. */
export function fieldOf(path: readonly string[]): string {
  const parts = path[0] === 'input' ? path.slice(1) : [...path];
  if (parts[0] === 'containers' && parts.length === 1) return 'containers-0-number';
  if (parts[2] === 'sealDetails') return `containers-${parts[1]}-seals`;
  return (parts[2] === 'seals' ? parts.slice(0, 3) : parts).join('-');
}

/** What is sent; an instant that is none becomes the epoch, which the server refuses by name. */
export function inputOf(draft: OrderDraft, idempotencyKey: string): CreateWorkOrderInput {
  const epoch = new Date(0).toISOString();
  return {
    ...draft,
    idempotencyKey,
    direction: draft.direction || 'SOUTHBOUND',
    windowStart: fromLocalInput(draft.windowStart) ?? epoch,
    windowEnd: fromLocalInput(draft.windowEnd) ?? epoch,
    containers: draft.containers.map(({ number, seals, sizeType, loaded }) => ({
      number,
      seals: seals.split(/[\s,，、;；]+/).filter(Boolean),
      sizeType: sizeType.trim() || null,
      loaded: loaded === '' ? null : loaded === 'yes',
    })),
  };
}
