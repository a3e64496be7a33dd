/** What is told of the story under way: what happens now, what to do next, how far it is, how it ended. */
import type { Arguments, Coded, Tone } from '@clearlane/ui';
import type { Word } from './words.ts';

export const STATIONS = ['carrier', 'phone', 'lane', 'officer'] as const;
export type Station = (typeof STATIONS)[number];
export const STORIES = ['send', 'plate', 'copy', 'twice', 'hot', 'hold'] as const;
export type StoryName = (typeof STORIES)[number];

/** A sentence in the shown language; `why` is a refusal or a lane's reason that follows it. */
export interface Line {
  word: Word;
  args?: Arguments;
  why?: readonly Coded[];
}
export interface Choice {
  word: Word;
  kind: 'primary' | 'secondary' | 'danger';
  act: () => Promise<void>;
}
export interface Result extends Line {
  tone: Tone;
}

/** A story was stopped by the visitor. */
export class Stopped extends Error {}

export class Scene {
  story = $state<StoryName | null>(null);
  station = $state<Station | null>(null);
  /** Stations the story is through with, with the local time of that. */
  done = $state.raw<Partial<Record<Station, number>>>({});
  now = $state.raw<Line>({ word: 'now.idle' });
  next = $state.raw<Line>({ word: 'next.idle' });
  choices = $state.raw<readonly Choice[]>([]);
  result = $state.raw<Result | null>(null);
  /** Lanes the lane's frame shows; two in the story of two lanes. */
  lanes = $state.raw<readonly string[]>([]);
  /** Seconds until a picture of the code is too old; null where no picture waits. */
  countdown = $state<number | null>(null);
  /** Local milliseconds. */
  began = $state(0);
  ended = $state(0);
  running = $state(false);
  stopping = $state(false);

  begin(story: StoryName): void {
    this.story = story;
    this.station = null;
    this.done = {};
    this.now = { word: 'now.begin' };
    this.next = { word: 'next.watch.carrier' };
    this.choices = [];
    this.result = null;
    this.countdown = null;
    this.began = Date.now();
    this.ended = 0;
    this.running = true;
    this.stopping = false;
  }

  /** Something happens at a station; without `next`, the visitor only watches there. */
  say(station: Station, now: Line, next: Line = { word: `next.watch.${station}` }): void {
    if (this.station && this.station !== station) this.through(this.station);
    this.station = station;
    this.now = now;
    this.next = next;
  }

  /** A station has done its part; once the clock stands, no station shows a later time than it. */
  through(station: Station): void {
    this.done = { ...this.done, [station]: this.ended || Date.now() };
  }

  /** The clock stops: what is told after it does not count. */
  clockStops(): void {
    this.ended ||= Date.now();
  }

  ends(result: Result): void {
    if (result.tone !== 'stop' && this.station) this.through(this.station);
    this.clockStops();
    this.result = result;
    this.now = result;
    this.next = { word: 'next.again' };
    this.choices = [];
    this.countdown = null;
  }
}
