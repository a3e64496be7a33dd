/** Whose language the screen speaks: the one a person touched, until his vehicle has left or nobody came. */
import type { Phase } from './protocol.ts';

/** A language touched at rest is forgotten after this long without a vehicle. */
const NOBODY_CAME_MS = 60_000;
/** After one of these, rest means that the vehicle has left; after a refusal it may still stand there. */
const SERVED: readonly Phase[] = ['MATCHING', 'GO', 'BAY', 'ASSIST'];

export class ChosenLanguage {
  readonly #forgotten: () => void;
  #chosen = false;
  #phase: Phase | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** `forgotten` is called when nobody came after a touch. */
  constructor(forgotten: () => void) {
    this.#forgotten = forgotten;
  }

  /** A person touched a language while the lane was in `phase`. */
  choose(phase: Phase | undefined): void {
    this.#chosen = true;
    this.#await(phase);
  }

  /** Takes the lane's phase; true when the screen speaks the agent's language and no touch stands against it. */
  agentSpeaks(phase: Phase): boolean {
    const before = this.#phase;
    this.#phase = phase;
    if (phase !== before) {
      if (phase === 'REST' && before && SERVED.includes(before)) this.#chosen = false;
      this.#await(phase);
    }
    return !this.#chosen;
  }

  #await(phase: Phase | undefined): void {
    clearTimeout(this.#waiting);
    if (!this.#chosen || (phase !== undefined && phase !== 'REST')) return;
    this.#waiting = setTimeout(() => {
      this.#chosen = false;
      this.#forgotten();
    }, NOBODY_CAME_MS);
  }
}
