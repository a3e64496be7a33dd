/** The keyboard wedge: a scanner's burst is a code, a person's typing is not. */
import { describe, expect, it } from 'vitest';
import { LARGEST_GAP_MS, WedgeReader } from '../src/scan/wedge.ts';

const CODE = 'CL1:3Z0ABC $%*+-./:';

function type(reader: WedgeReader, text: string, gap: number, from = 1000): { at: number; result: string | null } {
  let at = from;
  for (const key of text) {
    reader.press(key, at);
    at += gap;
  }
  return { at, result: reader.press('Enter', at) };
}

describe('the keyboard wedge', () => {
  it('gives the text of a fast burst that ends in Enter', () => {
    expect(type(new WedgeReader(), CODE, 5).result).toBe(CODE);
  });

  it('takes a person typing for no code', () => {
    expect(type(new WedgeReader(), CODE, LARGEST_GAP_MS + 1).result).toBeNull();
  });

  it('forgets slow keys pressed before the burst', () => {
    const reader = new WedgeReader();
    reader.press('x', 0);
    reader.press('y', 400);
    expect(type(reader, CODE, 5).result).toBe(CODE);
  });

  it('gives two codes read one after the other, each once', () => {
    const reader = new WedgeReader();
    const first = type(reader, CODE, 5);
    expect(first.result).toBe(CODE);
    expect(reader.press('Enter', first.at + 5)).toBeNull();
    expect(type(reader, 'CL1:SECOND1', 5, first.at + 2000).result).toBe('CL1:SECOND1');
  });

  it('keeps no half code when Enter comes long after', () => {
    const reader = new WedgeReader();
    for (const [index, key] of [...CODE].entries()) reader.press(key, index * 5);
    expect(reader.press('Enter', 5000)).toBeNull();
    expect(type(reader, CODE, 5, 9000).result).toBe(CODE);
  });

  it('ignores keys that are no characters, and bursts too short for a code', () => {
    const reader = new WedgeReader();
    reader.press('Shift', 1);
    expect(type(reader, 'CL1:', 5).result).toBeNull();
    reader.press('C', 5000);
    reader.press('Shift', 5003);
    expect(type(reader, 'L1:ABCDEFG', 5, 5006).result).toBe('CL1:ABCDEFG');
  });

  it('does not grow under a flood without Enter', () => {
    const reader = new WedgeReader();
    const flood = type(reader, 'A'.repeat(10_000), 1);
    expect(flood.result?.length).toBeLessThanOrEqual(2048);
  });

  it('says that it is reading during a burst only', () => {
    const reader = new WedgeReader();
    reader.press('C', 1000);
    expect(reader.isReading(1005)).toBe(false);
    reader.press('L', 1005);
    expect(reader.isReading(1010)).toBe(true);
    expect(reader.isReading(1005 + LARGEST_GAP_MS + 1)).toBe(false);
  });
});
