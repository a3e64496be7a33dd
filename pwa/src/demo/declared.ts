/** What a pasted code declares, read without verifying it: only to paint a truck like it. The lane verifies. */
import { decode } from 'cborg';

export interface Declared {
  plates: { jurisdiction: string; text: string }[];
  containers: string[];
}

const PREFIX = 'CL1:';
const LENGTH_CHARACTERS = 3;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const CONTAINER_BYTES = 7;
/** core/vouchers/wire.py: the claim that holds the array, and the places of plates and containers in it. */
const CLEARLANE = -65537;
const PLATES = 4;
const CONTAINERS = 5;
const JURISDICTIONS: Record<string, string> = { 1: 'CN', 2: 'HK', 3: 'MO', 9: 'OTHER' };
/** COSE_Sign1 (RFC 9052) and CWT (RFC 8392) may wrap what they hold in their tags. */
const TAGS = { 18: (content: () => unknown) => content(), 61: (content: () => unknown) => content() };

/** Raises Error when the text is no code of ours. */
export function declaredIn(text: string): Declared {
  const code = text.trim();
  if (!code.startsWith(PREFIX)) throw new Error('no code of ours');
  const [high = 0, low = 0] = fromBase45(code.slice(PREFIX.length, PREFIX.length + LENGTH_CHARACTERS));
  const start = PREFIX.length + LENGTH_CHARACTERS;
  const signed = read(fromBase45(code.slice(start, start + high * 256 + low))) as unknown[];
  const claims = read(signed[2] as Uint8Array) as Map<number, unknown[]>;
  const positions = claims.get(CLEARLANE) ?? [];
  return {
    plates: (positions[PLATES] as string[]).map((plate) => ({
      jurisdiction: JURISDICTIONS[plate.charAt(0)] ?? 'OTHER',
      text: plate.slice(1),
    })),
    containers: containersOf(positions[CONTAINERS] as Uint8Array),
  };
}

function read(bytes: Uint8Array): unknown {
  return decode(bytes, { useMaps: true, tags: TAGS });
}

function containersOf(bytes: Uint8Array): string[] {
  return Array.from({ length: bytes.length / CONTAINER_BYTES }, (_, index) => {
    const [a = 0, b = 0, c = 0, d = 0, ...digits] = bytes.slice(index * CONTAINER_BYTES, (index + 1) * CONTAINER_BYTES);
    const number = digits.reduce((sum, byte) => sum * 256 + byte, 0);
    return String.fromCharCode(a, b, c, d) + String(number).padStart(7, '0');
  });
}

/** RFC 9285: three characters hold two bytes, two characters one. Raises Error for any other character. */
function fromBase45(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    if (digits.includes(-1) || digits.length < 2) throw new Error('not base45');
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    bytes.push(...(digits.length === 3 ? [Math.floor(value / 256), value % 256] : [value]));
  }
  return Uint8Array.from(bytes);
}
