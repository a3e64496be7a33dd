/** A feed that is sent away or cut off comes back by itself, behind what was heard, and says how live it is. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TypedDocument } from '../src/client.ts';
import { follow, pauseBefore, type FeedState } from '../src/live.ts';

const RESTART = 1012;
interface Message {
  number: number;
}
interface Variables {
  after: number;
}
const document: TypedDocument<Message, Variables> = { toString: () => 'subscription($after: Int) { number }' };

/** The browser's WebSocket, whose other side a test plays. */
class Line {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static opened: Line[] = [];

  readyState: number = Line.CONNECTING;
  onopen: (() => unknown) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  sent: { type: string; id?: string; payload?: { variables?: Variables } }[] = [];

  constructor() {
    Line.opened.push(this);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Line['sent'][number]);
  }

  close(code = 1000): void {
    this.end(code);
  }

  /** The hub takes the connection and lets the screen in. */
  async letIn(): Promise<void> {
    this.readyState = Line.OPEN;
    await this.onopen?.();
    this.say({ type: 'connection_ack' });
    await vi.advanceTimersByTimeAsync(0);
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  tell(number: number): void {
    const { id } = this.sent.find(({ type }) => type === 'subscribe') ?? {};
    this.say({ type: 'next', id, payload: { data: { number } } });
  }

  /** The connection ends: by the hub, or because there is no hub. */
  end(code: number): void {
    if (this.readyState === Line.CLOSED) return;
    this.readyState = Line.CLOSED;
    this.onclose?.({ code, reason: '' });
  }

  get asked(): Variables | undefined {
    return this.sent.find(({ type }) => type === 'subscribe')?.payload?.variables;
  }
}

let heard: number[] = [];
let states: FeedState[] = [];
let stop: () => void = () => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1); // the longest pause of those that may be drawn
  vi.stubGlobal('WebSocket', Line);
  vi.stubGlobal('location', { protocol: 'http:', host: 'localhost' });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  Line.opened = [];
  [heard, states] = [[], []];
  stop = follow<Message, Variables>({
    app: 'officer',
    document,
    variables: () => ({ after: heard.length }),
    onMessage: ({ number }) => heard.push(number),
    onState: (state) => states.push(state),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function line(number: number): Promise<Line> {
  await vi.advanceTimersByTimeAsync(0);
  const found = Line.opened[number - 1];
  if (!found) throw new Error(`there are ${Line.opened.length} connections`);
  return found;
}

it('sent away for a restart it is back within half a second, behind what it heard', async () => {
  const first = await line(1);
  await first.letIn();
  first.tell(1);
  first.tell(2);
  await vi.advanceTimersByTimeAsync(0);
  first.end(RESTART);
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toBe('offline');

  await vi.advanceTimersByTimeAsync(500);
  const second = await line(2);
  await second.letIn();
  second.tell(3);
  await vi.advanceTimersByTimeAsync(0);

  expect([first.asked, second.asked]).toEqual([{ after: 0 }, { after: 2 }]);
  expect(heard).toEqual([1, 2, 3]);
  expect(states.at(-1)).toBe('live');
});

it('restarted again and again it is each time back at once', async () => {
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const connected = await line(number);
    await connected.letIn();
    connected.tell(number);
    await vi.advanceTimersByTimeAsync(0);
    connected.end(RESTART);
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(heard).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Line.opened).toHaveLength(7);
});

it('asks a hub that stays away less and less often, in the end every ten seconds', async () => {
  const pauses: number[] = [];
  for (let number = 1; number <= 7; number += 1) {
    (await line(number)).end(1006);
    const began = Date.now();
    while (Line.opened.length === number) await vi.advanceTimersByTimeAsync(100);
    pauses.push(Date.now() - began);
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  expect(new Set(states)).toEqual(new Set(['connecting', 'offline']));
});

it('draws its pause, so that not all screens return in the same instant', () => {
  expect(pauseBefore(0, 0)).toBe(250);
  expect(pauseBefore(0, 1)).toBe(500);
  expect(pauseBefore(20, 0)).toBe(5_000);
});

it('ends a connection on which the hub gives no sign of life, and comes back on another', async () => {
  const first = await line(1);
  await first.letIn();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(first.sent.at(-1)?.type).toBe('ping');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(states.at(-1)).toBe('offline');
  await vi.advanceTimersByTimeAsync(500);
  await (await line(2)).letIn();
  expect(states.at(-1)).toBe('live');
});

it('stopped it stays away', async () => {
  const first = await line(1);
  await first.letIn();
  first.end(RESTART);
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Line.opened).toHaveLength(1);
});
