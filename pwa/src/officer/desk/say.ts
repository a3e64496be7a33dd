/** Turns spans, freshness, places and events into the shown language. */
import {
  clockTimeSeconds,
  currentLanguage,
  fill,
  problemSentence,
  reasonSentence,
  type Coded,
  type Language,
} from '@clearlane/ui';
import approval from '../../../../core/words/approval.json';
import { words, type Word } from '../words.ts';
import type { Board, Rule } from './api.ts';
import type { DeskEvent } from './event-list.ts';
import { span, type Freshness } from './freshness.ts';

type Sentences = Partial<Record<string, Record<Language, string>>>;

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

/** A lane decision's reason for an officer: what is the case, without the advice to the driver that follows. */
export function reasonSaid(reason: Coded): string {
  const sentence = withoutGaps(reasonSentence(reason));
  return /^.*?[.。](?=\s|$|\p{Script=Han})/su.exec(sentence)?.[0] ?? sentence;
}

/** Why a trip was approved or needs an officer. */
export function ruleSaid({ rule, message, args }: Omit<Rule, 'inputs'>): string {
  const values = args.map(({ name, value }) => [name, name === 'agency' ? wordOr(`agency.${value}`, value) : value]);
  const template = (approval as Sentences)[rule]?.[currentLanguage()];
  return template === undefined ? message : fill(template, Object.fromEntries(values));
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

/** What else the event tells: a refusal's sentence, the reasons of a decision, what was found. */
export function eventDetail(event: DeskEvent): string {
  const facts = new Map(event.facts.map(({ name, value }) => [name, value]));
  if (event.kind === 'scan.refused') return refusedSaid(facts.get('code') ?? '', Number(facts.get('count') ?? 1));
  if (event.kind === 'voucher.key_revoked') return words('event.key', { key: facts.get('key_id') ?? '' });
  const reasons = (facts.get('reasons') ?? '').split(/[^A-Z_]+/u).filter(Boolean);
  const named = ['agency', 'state', 'outcome', 'way', 'band'].flatMap((name) => factSaid(event, name, facts.get(name)));
  const counted = ['matched', 'unsure', 'mismatched'].flatMap((name) => {
    const count = Number(facts.get(name) ?? 0);
    return count > 0 ? [words(`count.${name}` as Word, { count })] : [];
  });
  return [...named, ...counted, ...reasons.map((code) => codeSaid(code))].join(' · ');
}

/** Why codes were refused; one entry may stand for many of one reason. */
function refusedSaid(code: string, count: number): string {
  const sentence = problemSentence({ code });
  return count > 1 ? `${sentence} · ${words('count.refused', { count })}` : sentence;
}

const WORDS_OF: Record<string, string> = { band: 'temperature', state: 'clearance' };

function factSaid({ kind }: DeskEvent, name: string, value: string | undefined): string[] {
  if (value === undefined || (name === 'state' && !kind.startsWith('clearance.'))) return [];
  return [wordOr(`${WORDS_OF[name] ?? name}.${value}`, value)];
}

/** A rule's or a decision's reason of which the code alone is known. */
export function codeSaid(code: string): string {
  const rule = (approval as Sentences)[code]?.[currentLanguage()];
  return rule === undefined ? reasonSaid({ code }) : withoutGaps(fill(rule, { agency: words('event.someagency') }));
}

/** A sentence whose values are not known, without the places where they would stand. */
function withoutGaps(sentence: string): string {
  return sentence.replaceAll(/[:：]?\s*\{\w+\}/gu, '').trim();
}
