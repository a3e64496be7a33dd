import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChosenLanguage } from '../src/chosen.ts';

let forgotten = 0;
let chosen: ChosenLanguage;
beforeEach(() => {
  vi.useFakeTimers();
  forgotten = 0;
  chosen = new ChosenLanguage(() => (forgotten += 1));
  chosen.agentSpeaks('REST');
});
afterEach(() => vi.useRealTimers());

test('the screen speaks as the agent says while nobody has touched a language', () => {
  expect(chosen.agentSpeaks('CHECKING')).toBe(true);
});

test('a language touched at rest stays for the passage and ends when its vehicle has left', () => {
  chosen.choose('REST');
  for (const phase of ['CHECKING', 'MATCHING', 'GO'] as const) expect(chosen.agentSpeaks(phase)).toBe(false);
  vi.advanceTimersByTime(300_000);
  expect(chosen.agentSpeaks('GO')).toBe(false);
  expect(chosen.agentSpeaks('REST')).toBe(true);
  expect(forgotten).toBe(0);
});

test('a language touched at rest stays after a refused code: the same driver tries again', () => {
  chosen.choose('REST');
  for (const phase of ['CHECKING', 'REFUSED', 'REST'] as const) expect(chosen.agentSpeaks(phase)).toBe(false);
});

test('a language touched at rest is forgotten once when nobody comes for a minute', () => {
  chosen.choose('REST');
  vi.advanceTimersByTime(59_000);
  expect(chosen.agentSpeaks('REST')).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(forgotten).toBe(1);
  expect(chosen.agentSpeaks('REST')).toBe(true);
});
