/** One import as its page shows it: where it stands, and its wrong rows with what is typed to correct them. */
import { SignedOut, Unreachable, type Coded, type Screen } from '@clearlane/ui';
import { ask } from '../api.ts';
import { desk } from '../desk.svelte.ts';
import {
  CancelImportDocument,
  CorrectRowDocument,
  ImportDocument,
  StartImportDocument,
  WrongRowsDocument,
  type ImportOfCarrierFragment,
  type RowOfImportFragment,
} from '../generated/graphql.ts';
import { columns } from './columns.svelte.ts';

export type Import = ImportOfCarrierFragment;
export type ImportRow = RowOfImportFragment;

const ROWS_A_PAGE = 10;
const MOST_ROWS = 100;
const LOOK_AGAIN_MS = 1_000;

export const isUnderWay = ({ state }: Pick<Import, 'state'>): boolean => state === 'CHECKING' || state === 'IMPORTING';

export class ImportDesk {
  readonly id: string;
  screen = $state<Screen>('waiting');
  job = $state.raw<Import | null>(null);
  rows = $state.raw<ImportRow[]>([]);
  more = $state(false);
  offline = $state(false);
  busy = $state('');
  problem = $state.raw<Coded | null>(null);
  /** What is typed into wrong cells, by `row-NUMBER-COLUMN`. */
  typed = $state<Record<string, string>>({});
  #cursor: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Asks where the import stands, and again while it is under way. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#guarded('', async () => {
      await columns.load();
      this.#take((await ask(ImportDocument, { id: this.id })).orderImport);
      if (this.job?.wrong && !isUnderWay(this.job) && this.rows.length === 0) await this.further();
    });
    if (!this.#ended && (this.offline || (this.job && isUnderWay(this.job)))) {
      this.#timer = setTimeout(() => void this.look(), LOOK_AGAIN_MS);
    }
  }

  /** The page is left. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #take(job: Import | null): void {
    this.job = job;
    this.screen = job ? 'there' : 'refused';
    if (job?.state === 'CHECKING') {
      this.rows = [];
      this.#cursor = null;
    }
  }

  /** Adds the next wrong rows to those shown. */
  async further(): Promise<void> {
    await this.#guarded('further', async () => {
      const asked = { id: this.id, first: ROWS_A_PAGE, after: this.#cursor };
      const found = (await ask(WrongRowsDocument, asked)).importRows;
      const known = new Set(this.rows.map(({ number }) => number));
      this.rows = [...this.rows, ...(found?.edges ?? []).map(({ node }) => node).filter(({ number }) => !known.has(number))];
      this.more = found?.pageInfo.hasNextPage ?? false;
      this.#cursor = found?.pageInfo.endCursor ?? this.#cursor;
    });
  }

  /** Has the rows become orders, all or only the good ones. */
  start(onlyGood: boolean): Promise<void> {
    return this.#changed('start', async (idempotencyKey) => {
      const input = { idempotencyKey, importId: this.id, onlyGood };
      return (await ask(StartImportDocument, { input })).startOrderImport;
    });
  }

  cancel(): Promise<void> {
    return this.#changed('cancel', async (idempotencyKey) => {
      const input = { idempotencyKey, importId: this.id };
      return (await ask(CancelImportDocument, { input })).cancelOrderImport;
    });
  }

  /** Sends what was typed into a row; one that is right now stays on the page, marked so. */
  async correct(row: ImportRow): Promise<void> {
    const cells = Object.entries(this.typed)
      .filter(([id]) => id.startsWith(`row-${row.number}-`))
      .map(([id, text]) => ({ column: id.slice(`row-${row.number}-`.length), text }));
    await this.#guarded(`row-${row.number}`, async () => {
      const answer = await desk.change(async (idempotencyKey) => {
        const input = { idempotencyKey, importId: this.id, number: row.number, cells };
        return (await ask(CorrectRowDocument, { input })).correctImportRow;
      });
      this.problem = desk.problem;
      if (!answer) return;
      this.rows = this.rows.map((each) => (each.number === row.number ? answer.row : each));
      for (const { column } of cells) delete this.typed[`row-${row.number}-${column}`];
      this.job = answer.orderImport;
      if (isUnderWay(answer.orderImport)) await this.look();
      else await this.#lookAtRows();
    });
  }

  /** Looks at the rows shown once more: the correction of one may have made another right that had its reference. */
  async #lookAtRows(): Promise<void> {
    const asked = { id: this.id, first: Math.min(this.rows.length, MOST_ROWS), after: null };
    const found = (await ask(WrongRowsDocument, asked)).importRows?.edges.map(({ node }) => node) ?? [];
    const wrong = new Map(found.map((row) => [row.number, row]));
    const last = found.at(-1)?.number ?? Infinity;
    this.rows = this.rows.map((row) => wrong.get(row.number) ?? (row.number < last ? { ...row, failures: [] } : row));
  }

  async #changed(
    what: string,
    work: (key: string) => Promise<({ __typename: 'OrderImport' } & Import) | { __typename: 'Problem' }>,
  ): Promise<void> {
    await this.#guarded(what, async () => {
      const job = await desk.change(work);
      this.problem = desk.problem;
      if (job) this.#take(job);
      await this.look();
    });
  }

  async #guarded(what: string, work: () => Promise<void>): Promise<void> {
    const before = this.busy;
    this.busy = what || before;
    try {
      await work();
      this.offline = false;
    } catch (error) {
      if (error instanceof SignedOut) desk.viewer = null;
      else if (error instanceof Unreachable) {
        this.offline = true;
        if (!this.job) this.screen = 'offline';
      } else throw error;
    } finally {
      this.busy = before;
    }
  }
}
