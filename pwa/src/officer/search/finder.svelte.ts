/** The one box: what was typed, what was found, and what is the case while it is looked for. */
import { problemSentence, SignedOut, Unexpected, Unreachable, type Screen } from '@clearlane/ui';
import { ask, type Found } from '../desk/api.ts';
import type { Session } from '../desk/session.svelte.ts';
import { SearchDocument } from '../generated/graphql.ts';

export const FIELD = 'search-text';
/** Below this the server refuses; one character would show half of the port. */
const LEAST = 2;
const MOST = 1000;
const PAGE = 20;
/** Each search is recorded: whoever types on is not asked for every letter. */
const PAUSE_MS = 350;

export class Finder {
  /** Kept while the officer looks at other pages, and never in the address: it may be somebody's name. */
  text = $state('');
  found = $state.raw<readonly Found[]>([]);
  /** The words that `found` answers. */
  answered = $state('');
  more = $state<string | null>(null);
  screen = $state<Screen>('empty');
  /** What is wrong with the text itself, as a sentence at its field. */
  wrong = $state('');
  searching = $state(false);

  readonly #session: Session;
  #timer = 0;
  #asked = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whether there is enough to look for. */
  get isQuestion(): boolean {
    return this.text.trim().length >= LEAST;
  }

  /** Looks for what stands in the field once nothing is typed for a moment. */
  typed(): void {
    window.clearTimeout(this.#timer);
    this.wrong = '';
    if (this.isQuestion) this.#timer = window.setTimeout(() => void this.look(), PAUSE_MS);
    else this.#forget();
  }

  /** Looks now; `after` asks for the next page of what is shown. */
  async look(after: string | null = null): Promise<void> {
    window.clearTimeout(this.#timer);
    const text = this.text.trim().slice(0, MOST);
    if (!this.isQuestion) return;
    this.#asked += 1;
    const asked = this.#asked;
    this.searching = true;
    if (this.found.length === 0) this.screen = 'waiting';
    try {
      const { searchTrips } = await ask(SearchDocument, { text, first: PAGE, after });
      if (asked !== this.#asked) return;
      const nodes = searchTrips.edges.map(({ node }) => node);
      this.found = after === null ? nodes : [...this.found, ...nodes];
      this.more = searchTrips.pageInfo.hasNextPage ? searchTrips.pageInfo.endCursor : null;
      this.answered = text;
      this.screen = this.found.length > 0 ? 'there' : 'empty';
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    } finally {
      if (asked === this.#asked) this.searching = false;
    }
  }

  clear(): void {
    this.text = '';
    this.wrong = '';
    this.#forget();
  }

  /** The officer goes: the next one at this desk sees nothing of it. */
  stop(): void {
    window.clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #forget(): void {
    this.stop();
    this.found = [];
    this.more = null;
    this.answered = '';
    this.searching = false;
    this.screen = 'empty';
  }

  #fail(error: unknown): void {
    if (error instanceof SignedOut) return this.#session.end();
    this.found = [];
    this.more = null;
    this.answered = '';
    if (error instanceof Unexpected && error.code?.startsWith('CODE_')) {
      this.wrong = problemSentence({ code: error.code, args: [], message: error.message });
      this.screen = 'empty';
    } else {
      this.screen = error instanceof Unreachable ? 'offline' : 'refused';
    }
  }
}

/** Puts the cursor into the box, what stands in it chosen, so that the next letter replaces it. */
export function focusField(): void {
  const field = document.getElementById(FIELD);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}
