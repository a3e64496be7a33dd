/** What is kept on the phone outlives the page. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { OfflineStore } from '../src/offline.ts';

interface Things {
  draft: { plates: string[] };
  count: number;
}

it('gives back after a restart what was kept', async () => {
  const before = new OfflineStore<Things>('restart');
  await before.keep('draft', { plates: ['粤ZDF15港'] });
  await before.close();
  const after = new OfflineStore<Things>('restart');
  expect(await after.read('draft')).toEqual({ plates: ['粤ZDF15港'] });
  expect(await after.read('count')).toBeUndefined();
});

it('keeps a copy: what changes later on the page does not change what was kept', async () => {
  const store = new OfflineStore<Things>('copy');
  const draft = { plates: ['UP2643'] };
  await store.keep('draft', draft);
  draft.plates.push('MA1234');
  expect(await store.read('draft')).toEqual({ plates: ['UP2643'] });
});

it('forgets what it is told to forget, and nothing else', async () => {
  const store = new OfflineStore<Things>('forget');
  await store.keep('draft', { plates: [] });
  await store.keep('count', 3);
  await store.forget('draft');
  expect([await store.read('draft'), await store.read('count')]).toEqual([undefined, 3]);
  await store.forgetEverything();
  expect(await store.read('count')).toBeUndefined();
});
