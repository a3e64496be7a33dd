/** The declaration while it is typed: its draft, what was found wrong in it, and the row that was taken out last. */
import { withoutEmptyRows, type Draft } from './draft.ts';
import { valueAt } from './paths.ts';
import type { FoundFailure } from './steps.ts';

/** A failure and what stood in its field when it was found. */
export type Judged = FoundFailure & { of: string };

interface Removed {
  list: string;
  index: number;
  row: unknown;
  /** What was found before: it stands again where the row does. */
  judged: readonly Judged[];
}

export class Editor {
  draft: Draft = $state() as Draft;
  #judged = $state.raw<readonly Judged[]>([]);
  removed = $state.raw<Removed | null>(null);

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** A failure stands until its field is changed: what is typed afterwards has not been judged yet. */
  get failures(): readonly Judged[] {
    return this.#judged.filter((failure) => failure.of === valueAt(this.draft, failure.path));
  }

  found(failures: readonly FoundFailure[], before: readonly Judged[] = []): void {
    this.#judged = [...before, ...failures.map((failure) => ({ ...failure, of: valueAt(this.draft, failure.path) }))];
  }

  /** Takes out the rows in which nothing was typed; the one taken out last cannot come back after that. */
  tidy(): void {
    this.draft = withoutEmptyRows(this.draft);
    this.removed = null;
  }

  /** Takes a row out of a list (`crewMembers-0-documents`) and moves the failures of those after it along. */
  remove(list: string, index: number): void {
    const judged = this.failures;
    const [row] = this.#rows(list).splice(index, 1);
    this.removed = { list, index, row, judged };
    this.#judged = judged.flatMap((failure) => moved(failure, list.split('-'), index));
  }

  /** Puts the row back that was taken out last. */
  undo(): void {
    if (!this.removed) return;
    const { list, index, row, judged } = this.removed;
    this.#rows(list).splice(index, 0, row);
    this.#judged = judged;
    this.removed = null;
  }

  #rows(list: string): unknown[] {
    let value: unknown = this.draft;
    for (const part of list.split('-')) value = (value as Record<string, unknown>)[part];
    return value as unknown[];
  }
}

function moved(failure: Judged, list: readonly string[], gone: number): Judged[] {
  const start = failure.path.findIndex((_, at) => list.every((part, offset) => failure.path[at + offset] === part));
  const at = start + list.length;
  const row = Number(failure.path[at]);
  if (start < 0 || failure.path[at] === undefined || row < gone) return [failure];
  return row === gone ? [] : [{ ...failure, path: failure.path.with(at, String(row - 1)) }];
}
