/** The trip's own feed: tells that something changed; what changed is asked for through the normal permissions. */
import type { TripEventsSubscription } from './generated/graphql.ts';
import { TripEventsDocument } from './generated/graphql.ts';

export type Connection = 'connecting' | 'live' | 'offline';

interface Listener {
  /** The last position of the trip's stream that the phone has seen. */
  position: () => number | null;
  changed: () => void;
  state: (state: Connection) => void;
}

/** Follows one trip until the returned function is called. The socket's code is loaded after the page stands. */
export function followTrip(tripId: string, listener: Listener): () => void {
  let stop: (() => void) | null = null;
  let stopped = false;
  let reached: number | null = null;

  function hear({ tripEvents }: TripEventsSubscription): void {
    if (tripEvents.__typename === 'TripEventMessage') {
      if (reached !== null && tripEvents.event.seq <= reached) return;
      reached = tripEvents.event.seq;
      listener.changed();
    }
    // Without a position nothing is replayed: ask once the feed stands, so that nothing falls between.
    if (tripEvents.__typename === 'Ready' && (reached ?? listener.position()) === null) listener.changed();
    if (tripEvents.__typename === 'Resync') {
      reached = null;
      listener.changed();
    }
  }

  void import('@clearlane/ui/live').then(({ follow }) => {
    if (stopped) return;
    stop = follow({
      app: 'driver',
      document: TripEventsDocument,
      variables: () => ({ tripId, after: reached ?? listener.position() }),
      onMessage: hear,
      onState: listener.state,
    });
  });
  return () => {
    stopped = true;
    stop?.();
  };
}
