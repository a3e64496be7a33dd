/** A declaration is sent under one key with one set of anchors until its answer is seen. */
import 'fake-indexeddb/auto';
import { seedFor } from '@clearlane/ui/voucher';
import { expect, it } from 'vitest';
import { declarationOf, draftOf } from '../../src/driver/declare/wire.ts';
import { prepare } from '../../src/driver/declare/submit.ts';
import { openDriverStore } from '../../src/driver/kept.ts';
import { TRIP } from './samples.ts';

const declaration = declarationOf(draftOf(TRIP.declaration), 'EN');

it('keeps key, anchors and seeds over a restart, so that sending again is the same sending', async () => {
  const first = openDriverStore('killed');
  const prepared = await prepare(first, TRIP.id, declaration);
  await first.close();
  const second = openDriverStore('killed');
  expect(await prepare(second, TRIP.id, declaration)).toEqual(prepared);
  const seeds = (await second.read('seeds')) ?? {};
  expect(prepared.anchors.map((anchor) => seedFor(seeds, anchor)?.length)).toEqual([16, 16, 16, 16]);
});

it('takes a new key and fresh seeds for other answers, and keeps the seeds it had', async () => {
  const store = openDriverStore('changed');
  const first = await prepare(store, TRIP.id, declaration);
  const second = await prepare(store, TRIP.id, { ...declaration, crew: 2 });
  expect(second.key).not.toBe(first.key);
  expect(new Set([...first.anchors, ...second.anchors]).size).toBe(8);
  expect(Object.keys((await store.read('seeds')) ?? {})).toHaveLength(8);
});
