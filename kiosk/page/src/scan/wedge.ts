/** Keyboard wedge: tells a scanner's burst of keystrokes ending in Enter from a person at the keys. */

/** A scanner types a character every 1-20 ms; nobody types faster than 60 ms for a whole code. */
export const LARGEST_GAP_MS = 60;
const SHORTEST_CODE = 8;
/** A burst longer than this is noise; the largest code of ours stays below 600 characters. */
const LONGEST_CODE = 2048;

export class WedgeReader {
  #characters: string[] = [];
  #previousAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes one key press; gives the code's text when it completes one, otherwise null.
   * @param key `KeyboardEvent.key`
   * @param at monotonic time in milliseconds
   */
  press(key: string, at: number): string | null {
    const inBurst = at - this.#previousAt <= LARGEST_GAP_MS;
    if (key === 'Enter') {
      const text = inBurst ? this.#characters.join('') : '';
      this.#clear();
      return text.length >= SHORTEST_CODE ? text : null;
    }
    if (key.length !== 1) return null;
    if (!inBurst || this.#characters.length >= LONGEST_CODE) this.#clear();
    this.#characters.push(key);
    this.#previousAt = at;
    return null;
  }

  /** True while keystrokes arrive as from a scanner, so that they must not press a button. */
  isReading(at: number): boolean {
    return this.#characters.length > 1 && at - this.#previousAt <= LARGEST_GAP_MS;
  }

  #clear(): void {
    this.#characters = [];
    this.#previousAt = Number.NEGATIVE_INFINITY;
  }
}
