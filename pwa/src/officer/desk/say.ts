/** Turns spans, freshness, places and events into the shown language. */
import { clockTimeSeconds, currentLanguage, problemSentence, reasonSentence } from '@clearlane/ui';
import { words, type Word } from '../words.ts';
import type { Board } from './api.ts';
import type { DeskEvent } from './event-list.ts';
import { span, type Freshness } from './freshness.ts';

/** 45 s, 3 min 5 s, 2 h 10 min */
export function spanSaid(milliseconds: number): string {
  const { unit, ...numbers } = span(milliseconds);
  return words(`span.${unit}`, numbers);
}

export function freshnessSaid(fresh: Freshness): string {
  if (fresh.kind === 'behind') return words('fresh.behind', { span: spanSaid(fresh.seconds * 1000) });
  if (fresh.kind === 'offline') {
    return words('fresh.offline', { span: spanSaid(fresh.seconds * 1000), time: clockTimeSeconds(fresh.lastAt) });
  }
  return words(`fresh.${fresh.kind}`);
}

/** The word under `key` where there is one, else what came. */
function wordOr(key: string, otherwise: string): string {
  const said = words(key as Word);
  return said === key ? otherwise : said;
}

export function checkpointName({ nameEn, nameHans, nameHant }: Board['checkpoint']): string {
  return { en: nameEn, 'zh-Hans': nameHans, 'zh-Hant': nameHant }[currentLanguage()];
}

export function laneName(checkpoint: Board['checkpoint'] | null, laneId: string): string {
  const lane = checkpoint?.lanes.find(({ id }) => id === laneId);
  return lane === undefined ? laneId : words('place.lane', { number: lane.number });
}

export function bayName(checkpoint: Board['checkpoint'] | null, bayId: string): string {
  const bay = checkpoint?.bays.find(({ id }) => id === bayId);
  return bay === undefined ? bayId : words('place.bay', { number: bay.number });
}

/** Where an event happened; empty when it has no place. */
export function eventPlace(checkpoint: Board['checkpoint'] | null, event: DeskEvent): string {
  const lane = event.laneId === null ? [] : [laneName(checkpoint, event.laneId)];
  const bay = event.bayId === null ? [] : [bayName(checkpoint, event.bayId)];
  return [...lane, ...bay].join(' → ');
}

export function eventSaid(event: DeskEvent): string {
  return wordOr(`event.${event.kind}`, event.kind);
}

/** What else the event tells: a refusal's sentence, the reasons of a decision, a fact's value. */
export function eventDetail(event: DeskEvent): string {
  const facts = Object.fromEntries(event.facts.map(({ name, value }) => [name, value]));
  if (event.kind === 'scan.refused') return problemSentence({ code: facts['code'] ?? '' });
  const reasons = (facts['reasons'] ?? '').split(/[^A-Z_]+/u).filter(Boolean);
  const band = facts['band'] ? [wordOr(`temperature.${facts['band']}`, facts['band'])] : [];
  const agency = facts['agency'] ? [wordOr(`agency.${facts['agency']}`, facts['agency'])] : [];
  return [...agency, ...reasons.map((code) => reasonSentence({ code })), ...band].join(' ');
}
