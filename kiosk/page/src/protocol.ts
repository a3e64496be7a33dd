// The messages between this page and its lane agent.
// Made by `python -m kiosk.agent protocol` from kiosk/agent/protocol.py; do not edit.

/** The barrier as the driver needs to know it. */
export type BarrierPosition = "CLOSED" | "OPENING" | "OPENED" | "UNKNOWN";

/** The text of a code that the page's camera or keyboard wedge has seen. */
export interface CodeSeen {
  type: "code";
  text: string;
  source: CodeSource;
}

/** Who read the code for the page. */
export type CodeSource = "camera" | "wedge";

/** How a device stands: OK; SILENT where it does not answer; FAULT where it answers nonsense. */
export type DeviceStatus = "OK" | "SILENT" | "FAULT";

/** What a fact on the lane's face is about. */
export type FactName = "code" | "plate" | "container" | "temperature" | "clearance";

/** How a fact stands. */
export type FactStatus = "waiting" | "good" | "bad" | "unsure";

/** The page's first message: the token that stood in the page. */
export interface Hello {
  type: "hello";
  token: string;
}

/** Whether the hub is heard. */
export type HubState = "ONLINE" | "OFFLINE";

/** Where a referred vehicle goes. */
export interface LaneBay {
  id: string;
  number: number;
}

/** One device of the lane. */
export interface LaneDevice {
  name: string;
  status: DeviceStatus;
}

/** One thing the lane looks at: its subject (a plate, a container, an agency) and what was found. */
export interface LaneFact {
  name: FactName;
  subject: string;
  status: FactStatus;
  detail: string;
}

/** Why the lane does what it does; the words are in `core/words`. */
export interface LaneReason {
  code: string;
  args: Readonly<Record<string, string>>;
  source: ReasonSource;
}

/** All that the lane's face shows; public, because it hangs over the lane. Sent whole on every change. */
export interface LaneView {
  type: "state";
  laneId: string;
  laneName: string;
  takesPaper: boolean;
  phase: Phase;
  language: Language;
  plates: readonly string[];
  facts: readonly LaneFact[];
  reasons: readonly LaneReason[];
  bay: LaneBay | null;
  barrier: BarrierPosition;
  hub: HubState;
  devices: readonly LaneDevice[];
  since: string;
  serverTime: string;
  sequence: number;
}

/** The languages every sentence exists in (BCP 47). */
export type Language = "en" | "zh-Hans" | "zh-Hant";

/** The driver touched a language. */
export interface LanguageChosen {
  type: "language";
  language: Language;
}

/** What the lane is doing, as the driver sees it. */
export type Phase = "REST" | "CHECKING" | "MATCHING" | "GO" | "BAY" | "REFUSED" | "ASSIST" | "CLOSED" | "FAULT";

/** The page is still there; the agent answers with the state. */
export interface Ping {
  type: "ping";
}

/** In which file of words a reason's code stands. */
export type ReasonSource = "problem" | "reason";

export type PageMessage = Hello | CodeSeen | LanguageChosen | Ping;

export type AgentMessage = LaneView;
