/** Opens the demo: signs its frames in, follows the port, and plays one story at a time. */
import { SignedOut, Unreachable } from '@clearlane/ui';
import { drawCast } from './cast.ts';
import { ControlRefused, lanesNow, type LaneState } from './control.ts';
import { PortFeed } from './feed.svelte.ts';
import { NotShown } from './hand.ts';
import * as hub from './hub.ts';
import { Scene, Stopped, type Result, type StoryName } from './scene.svelte.ts';
import { clearAway, Stage, type Frames, type Trail } from './stage.ts';
import { TripEnded } from './stories/acts.ts';
import { SCRIPTS } from './stories/index.ts';

/** What the visitor sees at first: the parts, or why there are none. */
export type Opening = 'waiting' | 'there' | 'offline';
/** Whether trucks can come: the simulated port runs, and lane 1's agent listens to its scanner. */
export type PortState = 'unknown' | 'there' | 'noSimulator' | 'noAgent';

const LOOK_AGAIN_MS = 3_000;
/** While a truck may stand in the lane. */
const LOOK_CLOSELY_MS = 800;
/** What is left of the pauses for reading. */
const QUICK = 0.05;
const TRAIL = 'clearlane-demo-trail';

export class Theatre {
  opening = $state<Opening>('waiting');
  port = $state<PortState>('unknown');
  places = $state.raw<hub.Places | null>(null);
  /** The lanes as the simulated port has them: which truck stands where. */
  lanes = $state.raw<readonly LaneState[]>([]);
  /** Grows when the officer's frame has to be loaded anew: it was signed in as somebody else. */
  signIns = $state(0);
  readonly scene = new Scene();
  readonly feed = new PortFeed();
  readonly frames: Frames = {};
  #ahead = 0;
  #stage: Stage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  async start(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#open();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
      this.opening = this.places ? 'there' : 'offline';
      this.#timer = setTimeout(() => void this.start(), LOOK_AGAIN_MS);
    }
  }

  async #open(): Promise<void> {
    const { checkpoint, ahead } = await hub.places();
    this.#ahead = ahead;
    await Promise.all([hub.signedIn('carrier'), hub.signedIn('officer')]);
    this.places = checkpoint;
    this.scene.lanes = checkpoint.lanes.slice(0, 1).map(({ id }) => id);
    this.opening = 'there';
    await this.feed.start(checkpoint.id);
    await this.#lookAtPort();
    await this.#clearLeftovers();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.feed.stop();
  }

  /** Looks whether trucks can come, now and every few seconds. */
  async #lookAtPort(): Promise<void> {
    this.lanes = await lanesNow();
    const own = this.lanes.find(({ laneId }) => laneId === this.places?.lanes[0]?.id);
    this.port = !own ? 'noSimulator' : own.agents > 0 ? 'there' : 'noAgent';
    if (this.feed.state === 'offline' && !this.scene.running) await this.#signInAgain();
    this.#timer = setTimeout(() => void this.#lookAtPort(), this.scene.running ? LOOK_CLOSELY_MS : LOOK_AGAIN_MS);
  }

  /** A story that a closed or reloaded page has left behind; not one that another window still plays. */
  async #clearLeftovers(): Promise<void> {
    await alone(async () => {
      const left = localStorage.getItem(TRAIL);
      if (left !== null) await this.#clear(JSON.parse(left) as Trail);
    });
  }

  async #clear(trail: Trail): Promise<boolean> {
    try {
      await clearAway(trail, this.#ahead);
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
      return false;
    }
    localStorage.removeItem(TRAIL);
    return true;
  }

  async play(name: StoryName): Promise<void> {
    const { places, scene } = this;
    if (!places || scene.running) return;
    scene.begin(name);
    const played = await alone(() => this.#play(name, places));
    if (!played) scene.ends({ tone: 'hold', word: 'now.otherWindow' });
    scene.running = false;
  }

  async #play(name: StoryName, places: hub.Places): Promise<void> {
    const { scene } = this;
    scene.lanes = places.lanes.slice(0, 1).map(({ id }) => id);
    const stage = new Stage(scene, this.feed, this.frames, places, this.#ahead, drawCast(), paceAsked(), (trail) =>
      localStorage.setItem(TRAIL, JSON.stringify(trail)),
    );
    this.#stage = stage;
    const result = await this.#played(stage, name);
    const cleared = await this.#clear(stage.trail);
    scene.ends(cleared ? result : { tone: 'stop', word: 'now.leftBehind' });
  }

  async #played(stage: Stage, name: StoryName): Promise<Result> {
    try {
      await this.#signIn();
      return await SCRIPTS[name](stage);
    } catch (error) {
      return resultOf(error);
    }
  }

  /** The visitor may have signed a frame out, or in as somebody else. */
  async #signIn(): Promise<void> {
    const renewed = await Promise.all([hub.signedIn('carrier'), hub.signedIn('officer')]);
    if (!renewed.includes(true)) return;
    this.signIns += 1;
    if (this.places) await this.feed.start(this.places.id);
  }

  /** A hub that came back with an empty database knows nobody any more. */
  async #signInAgain(): Promise<void> {
    try {
      await this.#signIn();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof SignedOut)) throw error;
    }
  }

  /** Ends the story under way; what it has put into the world is cleared away. */
  end(): void {
    this.scene.stopping = true;
    this.#stage?.stop(new Stopped());
  }
}

/** `/demo/#quick` is for who knows the stories, and for tests. */
const paceAsked = (): number => (location.hash === '#quick' ? QUICK : 1);

/** Does the work unless another window of this browser plays a story: they share the phone, and lane 1. */
function alone(work: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request('clearlane-demo', { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
    return lock !== null;
  });
}

function resultOf(error: unknown): Result {
  if (error instanceof Stopped) return { tone: 'idle', word: 'now.stopped' };
  if (error instanceof hub.Refused) return { tone: 'stop', word: 'now.failed.hub', why: [error.problem] };
  if (error instanceof ControlRefused) return { tone: 'stop', word: 'now.failed.port', args: { said: error.message } };
  if (error instanceof NotShown) return { tone: 'stop', word: 'now.failed.frame', args: { said: error.message } };
  if (error instanceof TripEnded) return { tone: 'stop', word: 'now.failed.trip' };
  if (error instanceof Unreachable || error instanceof SignedOut || error instanceof TypeError) {
    return { tone: 'stop', word: 'now.failed.offline' };
  }
  throw error;
}
