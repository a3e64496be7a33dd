/** The phone's picture is never older than the last thing it was told of. */
import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { openDriverStore } from '../../src/driver/kept.ts';
import { DriverSession } from '../../src/driver/session.svelte.ts';
import { home, ORDER } from './samples.ts';

function answerOf(reference: string): Response {
  const driverHome = { ...home(), trip: null, order: { ...ORDER, reference } };
  return Response.json({ data: { driverHome, demoAccounts: [], checkpoints: [] } });
}

it('asks once more when something changed while a question was under way', async () => {
  let answerFirst = (_: Response): void => undefined;
  const asked = vi
    .fn<typeof fetch>()
    .mockReturnValueOnce(new Promise((answer) => (answerFirst = answer)))
    .mockImplementation(() => Promise.resolve(answerOf('after')));
  vi.stubGlobal('fetch', asked);
  const session = new DriverSession(openDriverStore('refresh'));
  const first = session.refresh();
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  const second = session.refresh(); // an event arrived
  answerFirst(answerOf('before'));
  await Promise.all([first, second]);
  expect(session.home?.order?.reference).toBe('after');
  vi.unstubAllGlobals();
});

it('asks by itself again what no API answered', async () => {
  const asked = vi
    .fn<typeof fetch>()
    .mockImplementationOnce(() => Promise.resolve(answerOf('before')))
    .mockImplementationOnce(() => Promise.resolve(answerOf('before'))) // the surroundings
    .mockImplementation(() => Promise.reject(new TypeError('connection reset')));
  vi.stubGlobal('fetch', asked);
  const session = new DriverSession(openDriverStore('again'));
  await session.refresh();
  await session.refresh(); // an event arrived while the API behind its question ended
  expect([session.home?.order?.reference, session.connection]).toEqual(['before', 'offline']);

  asked.mockImplementation(() => Promise.resolve(answerOf('after')));
  await vi.waitFor(() => expect(session.home?.order?.reference).toBe('after'), 5_000);
  expect(session.connection).toBe('connecting');
  vi.unstubAllGlobals();
});
