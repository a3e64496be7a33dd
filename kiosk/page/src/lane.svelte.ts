/** What the screen shows: the agent's latest view of the lane, the link to it, the camera and the language. */
import { ChosenLanguage } from './chosen.ts';
import { AgentLink, tokenOf, type LinkState } from './connection.ts';
import type { CodeSeen, LaneView, Phase } from './protocol.ts';
import type { CameraState } from './scan/camera.ts';
import { ScanGate } from './scan/gate.ts';
import { askedLanguage, languageOf, type Language } from './words.ts';

/** The agent takes no longer text; a code of ours stays below 600 characters. */
const LONGEST_TEXT = 2048;

/** What a lane speaks to nobody in particular (kiosk/agent/face.py). */
const AT_REST: Language = 'zh-Hans';

/** What the screen shows: the lane's phase, or why there is none to show. */
export type Shown = Phase | 'LOST' | 'WAITING' | 'OFFLINE';

/** A lane at rest without its hub clears nobody, so it does not ask for a code either. */
export function shownAs({ link, view }: Pick<Lane, 'link' | 'view'>): Shown {
  if (link !== 'connected') return view === null ? 'WAITING' : 'LOST';
  if (view === null) return 'WAITING';
  return view.phase === 'REST' && view.hub === 'OFFLINE' ? 'OFFLINE' : view.phase;
}

export class Lane {
  view = $state<LaneView | null>(null);
  link = $state<LinkState>('connecting');
  camera = $state<CameraState>('starting');
  language = $state<Language>(AT_REST);
  /** The agent's clock minus this machine's, in milliseconds. */
  clockOffset = $state(0);

  #asked: Language | null = null;
  readonly #gate = new ScanGate();
  readonly #chosen = new ChosenLanguage(() => this.#agent.send({ type: 'language', language: AT_REST }));
  readonly #agent: AgentLink;

  constructor() {
    const address = new URL('socket', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    address.search = '';
    address.hash = '';
    this.#agent = new AgentLink(address.href, tokenOf(document), {
      link: (state) => this.#linked(state),
      view: (view) => this.#viewed(view),
    });
  }

  start(): void {
    this.#agent.open();
    this.address(location.hash);
  }

  /** The page's address says in whose language to speak, where somebody looks on who is no driver (the demo). */
  address(hash: string): void {
    this.#asked = askedLanguage(hash);
    this.language = this.#asked ?? this.language;
  }

  /** A code came from the camera or the keyboard wedge. */
  seen(text: string, source: CodeSeen['source']): void {
    if (this.link === 'connected' && this.#gate.admits(text, performance.now())) {
      this.#agent.send({ type: 'code', text: text.slice(0, LONGEST_TEXT), source });
    }
  }

  choose(language: Language): void {
    this.language = language;
    this.#chosen.choose(this.view?.phase);
    this.#agent.send({ type: 'language', language });
  }

  #linked(state: LinkState): void {
    this.link = state;
    if (state === 'lost') this.#gate.enter('FAULT');
  }

  #viewed(view: LaneView): void {
    if (this.#chosen.agentSpeaks(view.phase)) this.language = this.#asked ?? languageOf(view.language);
    this.clockOffset = Date.parse(view.serverTime) - Date.now();
    this.#gate.enter(view.phase);
    this.view = view;
  }
}
