/** One thing a person does on a page: one idempotency key through every repeat of it, and its refusal in words. */
import { newKey, persist, problemSentence, SignedOut, Unreachable, type Coded } from '@clearlane/ui';
import { words } from '../words.ts';
import type { Problem } from './api.ts';

/** Who has to hear that the sign-in has ended. */
export interface SignedIn {
  end(): void;
}

type Hitch = { kind: 'problem'; problem: Coded } | { kind: 'unreachable' } | { kind: 'unexpected' };

export class Act {
  busy = $state(false);
  #hitch = $state.raw<Hitch | null>(null);
  #key = newKey();

  constructor(readonly session: SignedIn) {}

  /** What stood in the way, in the shown language; null when nothing did. */
  get hitch(): string | null {
    if (this.#hitch === null) return null;
    if (this.#hitch.kind === 'problem') return problemSentence(this.#hitch.problem);
    return words(this.#hitch.kind === 'unreachable' ? 'act.unreachable' : 'act.unexpected');
  }

  /** Does it; gives the result, or null after a refusal. No answer keeps the key: asking again does it once. */
  async run<Result extends { __typename: string }>(
    work: (idempotencyKey: string) => Promise<Result | Problem>,
  ): Promise<Exclude<Result, Problem> | null> {
    if (this.busy) return null;
    this.busy = true;
    this.#hitch = null;
    try {
      const result = await persist(() => work(this.#key));
      this.#key = newKey();
      if (!isProblem(result)) return result as Exclude<Result, Problem>;
      this.#hitch = { kind: 'problem', problem: result };
    } catch (error) {
      this.#caught(error);
    } finally {
      this.busy = false;
    }
    return null;
  }

  #caught(error: unknown): void {
    if (error instanceof SignedOut) this.session.end();
    this.#hitch = { kind: error instanceof Unreachable ? 'unreachable' : 'unexpected' };
    if (!(error instanceof SignedOut || error instanceof Unreachable)) console.error(error);
  }
}

function isProblem(result: { __typename: string }): result is Problem {
  return result.__typename === 'Problem';
}
