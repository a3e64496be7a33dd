/** The carrier's desk: who is signed in, the orders in view, and the links shown in this sitting. */
import { newKey, persist, SignedOut, Unreachable, type Coded, type Screen } from '@clearlane/ui';
import { ask, type Order, type Viewer } from './api.ts';
import { CheckpointsDocument, ViewerDocument, WorkOrdersDocument, type CheckpointsQuery } from './generated/graphql.ts';

const PAGE_SIZE = 20;
const LOOK_AGAIN_MS = 4_000;

export class CarrierDesk {
  viewer = $state.raw<Viewer | null>(null);
  screen = $state<Screen>('waiting');
  problem = $state.raw<Coded | null>(null);
  orders = $state.raw<Order[]>([]);
  more = $state(false);
  checkpoints = $state.raw<CheckpointsQuery['checkpoints']>([]);
  /** Local milliseconds of the last answer. */
  heard = $state(0);
  connection = $state<'connecting' | 'live' | 'offline'>('connecting');
  /** One-time links by order, as far as they were shown here: the API tells each only once. */
  links = $state.raw<Record<string, string>>({});
  #cursor: string | null = null;

  /** Finds out who is signed in, then keeps looking at the orders while the page is in view. */
  async start(): Promise<void> {
    setInterval(() => {
      if (this.viewer && document.visibilityState === 'visible') void this.look();
    }, LOOK_AGAIN_MS);
    await this.look();
  }

  /** Asks for the newest orders, as many as are shown. */
  async look(): Promise<void> {
    await this.#guarded(async () => {
      if (!this.viewer) this.viewer = (await ask(ViewerDocument)).viewer;
      if (!this.viewer) {
        this.screen = 'there';
        return;
      }
      if (this.checkpoints.length === 0) this.checkpoints = (await ask(CheckpointsDocument)).checkpoints;
      const first = Math.max(PAGE_SIZE, Math.min(this.orders.length, 100));
      const { workOrders } = await ask(WorkOrdersDocument, { first, after: null });
      this.orders = workOrders.edges.map(({ node }) => node);
      this.#turned(workOrders.pageInfo);
      this.screen = this.orders.length > 0 ? 'there' : 'empty';
    });
  }

  /** Adds the next page to the list. */
  async lookFurther(): Promise<void> {
    await this.#guarded(async () => {
      const { workOrders } = await ask(WorkOrdersDocument, { first: PAGE_SIZE, after: this.#cursor });
      const known = new Set(this.orders.map(({ id }) => id));
      this.orders = [...this.orders, ...workOrders.edges.map(({ node }) => node).filter(({ id }) => !known.has(id))];
      this.#turned(workOrders.pageInfo);
    });
  }

  #turned({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null }): void {
    this.more = hasNextPage;
    this.#cursor = endCursor;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.heard = Date.now();
      this.connection = 'live';
    } catch (error) {
      if (error instanceof Unreachable) {
        this.connection = 'offline';
        if (this.orders.length === 0) this.screen = 'offline';
      } else if (error instanceof SignedOut) {
        this.viewer = null;
        this.screen = 'there';
      } else throw error;
    }
  }

  /** Does one change under one key; a refusal stays as `problem`, no answer throws Unreachable. */
  async change<Answer extends { __typename: string }>(
    work: (key: string) => Promise<Answer>,
    key: string = newKey(),
  ): Promise<Exclude<Answer, { __typename: 'Problem' }> | null> {
    this.problem = null;
    const answer = await persist(() => work(key));
    if (answer.__typename === 'Problem') {
      this.problem = answer as unknown as Coded;
      return null;
    }
    return answer as Exclude<Answer, { __typename: 'Problem' }>;
  }

  /** Takes a changed or new order into the list, with its link if one was told. */
  put(order: Order, link?: string): void {
    this.orders = [order, ...this.orders.filter(({ id }) => id !== order.id)].sort((one, other) =>
      other.createdAt.localeCompare(one.createdAt),
    );
    this.screen = 'there';
    if (link) this.links = { ...this.links, [order.id]: link };
  }
}

export const desk = new CarrierDesk();
