/** A live feed over graphql-transport-ws that resumes where it was, and says how live it is. */
import { createClient, type Client } from 'graphql-ws';
import type { App, TypedDocument } from './client.ts';

export type FeedState = 'connecting' | 'live' | 'offline';
export interface Feed<Message, Variables> {
  app: App;
  document: TypedDocument<Message, Variables>;
  /** Asked for at every connection: give the positions reached so far. */
  variables: () => Variables;
  onMessage: (message: Message) => void;
  /** `at`: local milliseconds of the last sign of life. */
  onState?: (state: FeedState, at: number) => void;
}

const PING_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** The socket address of the page's own server. */
export function socketAddress(path = '/graphql'): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}

/** A pause that grows, with jitter so that not all screens return at once. */
export function pauseBefore(attempt: number, random: number = Math.random()): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + random / 2);
}

function connect(app: App, alive: (connected: boolean) => void): Client {
  let pong: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  return createClient({
    url: socketAddress(),
    connectionParams: { app },
    lazy: true,
    retryAttempts: 0,
    keepAlive: PING_MS,
    on: {
      connected: (opened) => {
        socket = opened as WebSocket;
        alive(true);
      },
      ping: (received) => {
        if (!received) pong = setTimeout(() => socket?.close(4408, 'no pong'), PING_MS);
      },
      pong: () => {
        clearTimeout(pong);
        alive(true);
      },
      message: () => alive(true),
      closed: () => {
        clearTimeout(pong);
        alive(false);
      },
    },
  });
}

/** Follows a feed until the returned function is called; reconnects by itself. */
export function follow<Message, Variables>(feed: Feed<Message, Variables>): () => void {
  let stopped = false;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let client: Client | undefined;
  let heard = Date.now();

  const say = (state: FeedState) => feed.onState?.(state, heard);
  const again = () => {
    void client?.dispose();
    if (stopped) return;
    say('offline');
    timer = setTimeout(start, pauseBefore(attempt));
    attempt += 1;
  };
  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    say('connecting');
    client = connect(feed.app, (connected) => {
      if (!connected || stopped) return;
      heard = Date.now();
      say('live');
    });
    client.subscribe<Message>(
      { query: feed.document.toString(), variables: feed.variables() as Record<string, unknown> },
      {
        next: ({ data }) => {
          attempt = 0;
          if (data && !stopped) feed.onMessage(data);
        },
        error: again,
        complete: again,
      },
    );
  }
  const hurry = () => {
    if (timer) start();
  };
  globalThis.addEventListener('online', hurry);
  start();
  return () => {
    stopped = true;
    clearTimeout(timer);
    globalThis.removeEventListener('online', hurry);
    void client?.dispose();
  };
}
