/** Which page a driver sees. */
import { expect, it } from 'vitest';
import { routeFor } from '../../src/driver/route.ts';
import { codeLost, wayOf } from '../../src/driver/way/steps.ts';
import { home, PASSAGE, VOUCHER } from './samples.ts';

const submittedAt = '2026-11-22T17:00:00.000Z';
const approved = home({ state: 'APPROVED', submittedAt, voucher: VOUCHER });

it('opens a link whatever trip is on the phone', () => {
  expect(routeFor('#/open/abc_-9', approved)).toEqual({ page: 'open', code: 'abc_-9' });
});

it('shows an accepted order before its declaration, and the declaration where it was left', () => {
  expect(routeFor('', home())).toEqual({ page: 'accepted' });
  expect(routeFor('#/declare/load', home())).toEqual({ page: 'declare', step: 'load', row: null });
  expect(routeFor('#/declare/nonsense', home())).toEqual({ page: 'accepted' });
});

it('shows one row of a list on a page of its own', () => {
  expect(routeFor('#/declare/item/2', home())).toEqual({ page: 'declare', step: 'item', row: 2 });
  expect(routeFor('#/declare/member', home())).toEqual({ page: 'declare', step: 'member', row: 0 });
  expect(routeFor('#/declare/goods/2', home())).toEqual({ page: 'declare', step: 'goods', row: null });
});

it('goes to the answers when a submitted trip is amended', () => {
  expect(routeFor('', home({ submittedAt }))).toEqual({ page: 'declare', step: 'check', row: null });
});

it('does not go back to the declaration of a submitted trip', () => {
  expect(routeFor('#/declare/load', home({ state: 'SUBMITTED', submittedAt }))).toEqual({ page: 'way' });
});

it('shows the code as soon as there is one, unless the way is asked for', () => {
  expect(routeFor('', approved)).toEqual({ page: 'code' });
  expect(routeFor('#/way', approved)).toEqual({ page: 'way' });
});

it('shows no code that was revoked, superseded or spent', () => {
  for (const state of ['REVOKED', 'SUPERSEDED', 'SPENT', 'EXPIRED'] as const) {
    const route = routeFor('#/code', home({ state: 'APPROVED', submittedAt, voucher: { ...VOUCHER, state } }));
    expect(route).toEqual({ page: 'way' });
  }
});

it('shows the lane while a passage is open, and the code again when it is asked for at a bay', () => {
  const inLane = { ...approved, passage: PASSAGE };
  expect(routeFor('', inLane)).toEqual({ page: 'way' });
  expect(routeFor('#/code', inLane)).toEqual({ page: 'code' });
});

it('asks about printing where that is wanted, and shows what is on paper as paper', () => {
  const printed = { ...approved, voucher: { ...VOUCHER, presentation: 'PRINT' as const, anchor: null, printText: 'CL1:...' } };
  expect(routeFor('#/print', approved)).toEqual({ page: 'print' });
  expect(routeFor('', printed)).toEqual({ page: 'print' });
  expect(routeFor('#/code', printed)).toEqual({ page: 'print' });
  expect(routeFor('#/way', printed)).toEqual({ page: 'way' });
  expect(routeFor('#/print', { ...approved, passage: PASSAGE })).toEqual({ page: 'code' });
  expect(routeFor('#/code', { ...printed, passage: PASSAGE })).toEqual({ page: 'print' });
  expect(routeFor('#/print', home({ state: 'APPROVED', submittedAt, voucher: { ...VOUCHER, state: 'REVOKED' } }))).toEqual({ page: 'way' });
});

it('tells a code that an officer revoked from one whose key was', () => {
  const revoked = (endedByKey: boolean): ReturnType<typeof home> =>
    home({ state: 'APPROVED', submittedAt, voucher: { ...VOUCHER, state: 'REVOKED', endedByKey } });
  expect(codeLost(revoked(false))).toBe('REVOKED');
  expect(codeLost(revoked(true))).toBe('KEY');
});

it('has nothing to show without a trip', () => {
  expect(routeFor('#/code', null)).toEqual({ page: 'none' });
});

it('tells the way of a trip step by step', () => {
  const progress = (given: ReturnType<typeof home>): string[] => wayOf(given).map((step) => step.progress);
  const clearances = [
    { agency: 'CUSTOMS', state: 'CLEAR', inspection: 'NOT_REQUIRED', answeredAt: submittedAt, hold: null },
    { agency: 'BORDER_INSPECTION', state: 'PENDING', inspection: 'UNDECIDED', answeredAt: null, hold: null },
  ] as const;
  expect(progress(home({ state: 'SUBMITTED', submittedAt, clearances: [...clearances] }))).toEqual(['done', 'now', 'next', 'next', 'next']);
  expect(progress(approved)).toEqual(['done', 'done', 'done', 'now', 'next']);
  expect(progress({ ...approved, passage: { ...PASSAGE, state: 'RELEASED' } })).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(progress(home({ state: 'REJECTED', submittedAt }))).toEqual(['done', 'stopped', 'next', 'next', 'next']);
});

it('says of a revoked code that it is lost, and goes no further than the approval', () => {
  const revoked = home({ state: 'APPROVED', submittedAt, voucher: { ...VOUCHER, state: 'REVOKED' } });
  expect(codeLost(revoked)).toBe('REVOKED');
  expect(wayOf(revoked).map((step) => step.progress)).toEqual(['done', 'done', 'done', 'stopped', 'next']);
  expect(codeLost(approved)).toBeNull();
});
