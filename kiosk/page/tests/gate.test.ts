/** Which codes the page sends on: once each, none from a vehicle that is being served. */
import { describe, expect, it } from 'vitest';
import type { Phase } from '../src/protocol.ts';
import { AWAY_MS, SAME_VOUCHER_MS, ScanGate, voucherPart } from '../src/scan/gate.ts';

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
function envelope(partOne: string, live: string): string {
  const length = partOne.length;
  const digits = [length % 45, Math.floor(length / 45) % 45, Math.floor(length / 2025)];
  return `CL1:${digits.map((digit) => BASE45[digit]).join('')}${partOne}${live}`;
}
const PART_ONE = 'QWERTY123456'.repeat(20);
const NOW_CODE = envelope(PART_ONE, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA');
const NEXT_CODE = envelope(PART_ONE, 'BBBBBBBBBBBBBBBBBBBBBBBBBBB');

function gateIn(phase: Phase): ScanGate {
  const gate = new ScanGate();
  gate.enter(phase);
  return gate;
}

describe('the voucher part of a code', () => {
  it('is the same whatever the live part', () => {
    expect(voucherPart(NOW_CODE)).toBe(PART_ONE);
    expect(voucherPart(NEXT_CODE)).toBe(PART_ONE);
  });

  it('is the whole text when the code is not ours', () => {
    expect(voucherPart('https://example.org/')).toBe('https://example.org/');
    expect(voucherPart('CL1:é')).toBe('CL1:é');
  });
});

describe('the gate for codes', () => {
  it('sends a code held before the camera once', () => {
    const gate = gateIn('REST');
    const sent = Array.from({ length: 200 }, (_, frame) => gate.admits(NOW_CODE, 1000 + frame * 60));
    expect(sent.filter(Boolean)).toHaveLength(1);
  });

  it('sends the same code again after it was away', () => {
    const gate = gateIn('REST');
    expect(gate.admits(NOW_CODE, 0)).toBe(true);
    expect(gate.admits(NOW_CODE, AWAY_MS - 1)).toBe(false);
    expect(gate.admits(NOW_CODE, 2 * AWAY_MS)).toBe(true);
  });

  it('sends a renewed live part after a refusal, so that the driver need not go away', () => {
    const gate = gateIn('REST');
    expect(gate.admits(NOW_CODE, 0)).toBe(true);
    gate.enter('REFUSED');
    expect(gate.admits(NOW_CODE, 500)).toBe(false);
    expect(gate.admits(NEXT_CODE, SAME_VOUCHER_MS)).toBe(true);
  });

  it.each<Phase>(['CHECKING', 'MATCHING', 'GO', 'BAY', 'CLOSED', 'FAULT'])('sends nothing in %s', (phase) => {
    expect(gateIn(phase).admits(NOW_CODE, 0)).toBe(false);
  });

  it('ignores a released code until the vehicle has left, then takes it as shown anew', () => {
    const gate = gateIn('REST');
    expect(gate.admits(NOW_CODE, 0)).toBe(true);
    gate.enter('MATCHING');
    gate.enter('GO');
    expect(gate.admits(NOW_CODE, 1000)).toBe(false);
    gate.enter('REST');
    expect(gate.admits(NOW_CODE, 1060)).toBe(true);
  });

  it('does not repeat a refusal for a picture left before the camera', () => {
    const gate = gateIn('REST');
    expect(gate.admits('not ours', 0)).toBe(true);
    gate.enter('CHECKING');
    expect(gate.admits('not ours', 2000)).toBe(false);
    gate.enter('REFUSED');
    gate.enter('REST');
    expect(gate.admits('not ours', 4000)).toBe(false);
  });

  it('sends another code at once', () => {
    const gate = gateIn('REST');
    expect(gate.admits('first code', 0)).toBe(true);
    expect(gate.admits('second code', 60)).toBe(true);
  });
});
