/** The page's one WebSocket to its lane agent: says hello, keeps alive, comes back by itself. */
import type { AgentMessage, LaneView, PageMessage } from './protocol.ts';

export type LinkState = 'connecting' | 'connected' | 'lost';
export interface LinkListener {
  link(state: LinkState): void;
  view(view: LaneView): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const PING_EVERY_MS = 5000;
/** An agent that answers nothing for this long is gone, whatever the socket says. */
const SILENCE_MS = 16_000;

/** The agent's close code for a token that is not of its present start (kiosk/agent/protocol.py). */
const CLOSED_BAD_TOKEN = 4401;

/** Wait before the attempt after `failures` failed ones: doubling, capped, with 30 % jitter. */
export function waitBefore(failures: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.round(wait * (0.7 + 0.6 * random));
}

export class AgentLink {
  readonly #address: string;
  readonly #token: string;
  readonly #listener: LinkListener;
  #socket: WebSocket | null = null;
  #failures = 0;
  #heardAt = 0;
  #pings = 0;

  constructor(address: string, token: string, listener: LinkListener) {
    this.#address = address;
    this.#token = token;
    this.#listener = listener;
  }

  open(): void {
    this.#listener.link('connecting');
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (message: MessageEvent<string>) => this.#heard(message.data);
    socket.onclose = (event) => this.#closed(event.code);
  }

  send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #opened(): void {
    this.#heardAt = performance.now();
    this.send({ type: 'hello', token: this.#token });
    this.#pings = window.setInterval(() => this.#keepAlive(), PING_EVERY_MS);
  }

  #keepAlive(): void {
    if (performance.now() - this.#heardAt > SILENCE_MS) {
      this.#socket?.close();
      return;
    }
    this.send({ type: 'ping' });
  }

  #heard(text: string): void {
    this.#heardAt = performance.now();
    const message = JSON.parse(text) as AgentMessage;
    if (message.type !== 'state') return;
    this.#failures = 0;
    this.#listener.link('connected');
    this.#listener.view(message);
  }

  #closed(code: number): void {
    window.clearInterval(this.#pings);
    this.#listener.link('lost');
    const wait = waitBefore(this.#failures, Math.random());
    this.#failures += 1;
    // A restarted agent has a new token, which only a fresh page carries.
    const again = code === CLOSED_BAD_TOKEN ? () => location.reload() : () => this.open();
    window.setTimeout(again, wait);
  }
}

/** The token that the agent wrote into the page when it served it. */
export function tokenOf(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name=clearlane-token]')?.content ?? '';
}
