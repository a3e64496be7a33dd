/** The words and colours of an import's state. */
import type { Tone } from '@clearlane/ui';
import { words } from '../words.ts';
import type { Import } from './job.svelte.ts';

const TONES: Record<Import['state'], Tone> = {
  CHECKING: 'info',
  CHECKED: 'hold',
  IMPORTING: 'info',
  DONE: 'pass',
  CANCELLED: 'idle',
};

export const importShown = ({ state }: Pick<Import, 'state'>): { tone: Tone; word: string } => ({
  tone: TONES[state],
  word: words(`import.state.${state}`),
});

const ENCODINGS: Record<Import['encoding'], string> = {
  UTF_8: 'UTF-8',
  UTF_16: 'UTF-16',
  GB18030: 'GB18030 (GBK)',
  BIG5: 'Big5',
};
export const encodingName = (encoding: Import['encoding']): string => ENCODINGS[encoding];
export const ENCODING_NAMES = Object.entries(ENCODINGS).map(([value, label]) => ({ value, label }));

/** How many, with its thousands apart. */
export const count = (number: number): string => number.toLocaleString('en');
