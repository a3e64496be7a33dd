/** Messages between the lane's page and its agent; generated from kiosk/agent/protocol.py. */
export type Phase = "REST" | "CHECKING" | "MATCHING" | "GO" | "BAY" | "REFUSED" | "ASSIST" | "CLOSED" | "FAULT";
export type FactName = "code" | "plate" | "container" | "temperature" | "clearance";
export type FactStatus = "waiting" | "good" | "bad" | "unsure";
export type ReasonSource = "problem" | "reason";
export type BarrierPosition = "CLOSED" | "OPENING" | "OPENED" | "UNKNOWN";
export type HubState = "ONLINE" | "OFFLINE";
export type DeviceStatus = "OK" | "SILENT" | "FAULT";

export interface LaneFact {
  name: FactName;
  subject: string;
  status: FactStatus;
  detail: string;
}
export interface LaneReason {
  code: string;
  args: Record<string, string>;
  source: ReasonSource;
}
export interface LaneBay {
  id: string;
  number: number;
}
export interface LaneDevice {
  name: string;
  status: DeviceStatus;
}
export interface LaneView {
  type: "state";
  laneId: string;
  laneName: string;
  phase: Phase;
  language: string;
  plates: string[];
  facts: LaneFact[];
  reasons: LaneReason[];
  bay: LaneBay | null;
  barrier: BarrierPosition;
  hub: HubState;
  devices: LaneDevice[];
  since: string;
  serverTime: string;
  sequence: number;
}
export interface Hello {
  type: "hello";
  token: string;
}
export interface CodeSeen {
  type: "code";
  text: string;
  source: "camera" | "wedge";
}
export interface LanguageChosen {
  type: "language";
  language: string;
}
export interface Ping {
  type: "ping";
}
export type PageMessage = Hello | CodeSeen | LanguageChosen | Ping;
export type AgentMessage = LaneView;
