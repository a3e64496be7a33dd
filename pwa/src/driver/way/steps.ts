/** The way of a trip as a short list: what is done, what goes on, what is to come. */
import type { Home } from '../api.ts';

export type Progress = 'done' | 'now' | 'next' | 'stopped';
export interface WayStep {
  name: 'declared' | 'agencies' | 'approved' | 'lane' | 'released';
  progress: Progress;
  at: string | null;
}

const ENDED = ['REJECTED', 'WITHDRAWN', 'EXPIRED', 'TURNED_BACK', 'DETAINED'];
const APPROVED = ['APPROVED', 'ARRIVED', 'HELD', 'CLEARED', 'TURNED_BACK', 'DETAINED'];

/** How the code of an approved trip was lost before it was used; null while there is one, or none yet. */
export function codeLost({ trip, voucher, passage }: Home): 'REVOKED' | 'EXPIRED' | 'KEY' | null {
  if (trip?.state !== 'APPROVED' || passage) return null;
  if (voucher?.state === 'REVOKED' && voucher.endedByKey) return 'KEY';
  return voucher?.state === 'REVOKED' || voucher?.state === 'EXPIRED' ? voucher.state : null;
}

/** The steps for a trip that has been submitted. */
export function wayOf(home: Home): WayStep[] {
  const { trip, clearances, passage, voucher } = home;
  const state = trip?.state ?? 'DRAFT';
  const ended = ENDED.includes(state) || codeLost(home) !== null;
  const approved = APPROVED.includes(state) || (ended && Boolean(voucher && trip?.decidedAt));
  const answered = approved || (clearances.length > 0 && clearances.every((clearance) => clearance.state !== 'PENDING'));
  const released = state === 'CLEARED' || passage?.state === 'RELEASED' || passage?.state === 'EXITED';
  const steps: [WayStep['name'], boolean, string | null][] = [
    ['declared', Boolean(trip?.submittedAt), trip?.submittedAt ?? null],
    ['agencies', answered, null],
    ['approved', approved, approved ? (trip?.decidedAt ?? null) : null],
    ['lane', released, passage?.openedAt ?? null],
    ['released', released, passage?.releasedAt ?? null],
  ];
  const current = steps.findIndex(([, done]) => !done);
  return steps.map(([name, done, at], index) => {
    const progress = done ? 'done' : index > current ? 'next' : ended ? 'stopped' : 'now';
    return { name, progress, at };
  });
}
