/** A hand on a framed app of our own origin: it types and presses what a person would, and nothing else. */
import { pause } from './pause.ts';

const LOOK_MS = 80;
const PATIENCE_MS = 25_000;
const KEY_MS = 45;
/** So that eyes can follow: before each press, and how long what was pressed is marked. */
const REACH_MS = 700;
const MARK_MS = 700;

/** The app did not show what the hand was to press or read. */
export class NotShown extends Error {}

export class Hand {
  constructor(
    private readonly frame: () => HTMLIFrameElement | undefined,
    private readonly signal: AbortSignal,
    private readonly pace: number,
  ) {}

  get #window(): Window | null {
    return this.frame()?.contentWindow ?? null;
  }

  /** The part of the app's address after `#`. */
  get hash(): string {
    return this.#window?.location.hash ?? '';
  }

  /** Opens an address of the app; only another page than the one there is loaded. */
  open(address: string): void {
    const target = new URL(address, location.origin);
    const there = this.#window?.location;
    if (there?.pathname === target.pathname) there.hash = target.hash;
    else there?.replace(target.href);
  }

  /** Loads the app again, at this address. */
  renew(address: string): void {
    this.open(address);
    this.#window?.location.reload();
  }

  /** What the app shows, as soon as it does. Throws NotShown. */
  async see(selector: string, patience = PATIENCE_MS): Promise<HTMLElement> {
    for (const end = Date.now() + patience; Date.now() < end; ) {
      const found = this.#window?.document.querySelector<HTMLElement>(selector);
      if (found) return found;
      await pause(LOOK_MS, this.signal);
    }
    throw new NotShown(selector);
  }

  async press(selector: string): Promise<void> {
    await pause(REACH_MS * this.pace, this.signal);
    const pressed = await this.see(selector);
    mark(pressed);
    pressed.click();
  }

  /** Presses what leads to another address of the app. Throws NotShown with what the app says instead. */
  async pressOn(selector: string): Promise<void> {
    const before = this.hash;
    await this.press(selector);
    for (const end = Date.now() + PATIENCE_MS; this.hash === before; await pause(LOOK_MS, this.signal)) {
      const refusal = this.#window?.document.querySelector('[role=alert]')?.textContent?.trim();
      if (refusal || Date.now() > end) throw new NotShown(refusal || selector);
    }
  }

  async type(selector: string, text: string): Promise<void> {
    const field = (await this.see(selector)) as HTMLInputElement;
    mark(field);
    for (let length = 1; length <= text.length; length += 1) {
      field.value = text.slice(0, length);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await pause(KEY_MS * this.pace, this.signal);
    }
  }
}

function mark(element: HTMLElement): void {
  const shown = element.closest('label') ?? element;
  shown.scrollIntoView({ block: 'nearest' });
  const ring = '0 0 0 6px #ffbf47';
  shown.animate([{ boxShadow: ring }, { boxShadow: ring }, { boxShadow: '0 0 0 0 transparent' }], MARK_MS);
}
