/** Sends a declaration so that it has exactly one effect, whatever happens to the network or the phone meanwhile. */
import { newKey } from '@clearlane/ui';
import { newSeeds } from '@clearlane/ui/voucher';
import { ask } from '../api.ts';
import { SubmitDeclarationDocument, type DeclarationInput, type SubmitDeclarationMutation } from '../generated/graphql.ts';
import type { DriverStore, Submission } from '../kept.ts';
import type { DriverSession } from '../session.svelte.ts';
import type { FoundFailure } from './steps.ts';

export type Submitted = { outcome: 'sent' } | { outcome: 'incomplete'; failures: FoundFailure[] } | { outcome: 'refused' };

/** Keeps the seeds before their anchors leave the phone: a voucher without its seed could never be shown. */
export async function prepare(store: DriverStore, tripId: string, declaration: DeclarationInput): Promise<Submission> {
  const pending = await store.read('submission');
  if (pending?.tripId === tripId && JSON.stringify(pending.declaration) === JSON.stringify(declaration)) return pending;
  const seeds = newSeeds();
  await store.keep('seeds', { ...(await store.read('seeds')), ...seeds });
  const submission = { tripId, key: newKey(), anchors: Object.keys(seeds), declaration };
  await store.keep('submission', submission);
  return submission;
}

/** Sends a prepared submission; throws Unreachable when no answer came: it stays prepared under the same key. */
export async function send(session: DriverSession, submission: Submission): Promise<Submitted> {
  const { tripId, key, anchors, declaration } = submission;
  const once = async (idempotencyKey: string): Promise<SubmitDeclarationMutation['submitDeclaration']> =>
    (await ask(SubmitDeclarationDocument, { input: { idempotencyKey, tripId, declaration, anchors } })).submitDeclaration;
  const answer = await session.change(once, key);
  await session.store.forget('submission');
  if (answer === null) return { outcome: 'refused' };
  if (answer.__typename === 'DeclarationIncomplete') return { outcome: 'incomplete', failures: answer.failures };
  await session.store.forget('draft');
  await session.put({ trip: answer });
  return { outcome: 'sent' };
}

/** Sends what was left unsent when the network or the browser went away, once the server is back. */
export async function resume(session: DriverSession): Promise<void> {
  const pending = await session.store.read('submission');
  if (!pending) return;
  const trip = session.home?.trip;
  if (trip?.id === pending.tripId && trip.state === 'DRAFT') await send(session, pending);
  else if (trip) await session.store.forget('submission');
}
