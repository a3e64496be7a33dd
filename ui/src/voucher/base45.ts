/** Base45 (RFC 9285), encoding only: the form in which a QR code holds bytes in its alphanumeric mode. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

const digit = (value: number): string => ALPHABET.charAt(value);

/** Two bytes make three characters, a last single byte makes two; lowest digit first. */
export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const high = bytes[at] ?? 0;
    const low = bytes[at + 1];
    const value = low === undefined ? high : high * 256 + low;
    text += digit(value % 45) + digit(Math.floor(value / 45) % 45);
    if (low !== undefined) text += digit(Math.floor(value / 2025));
  }
  return text;
}
