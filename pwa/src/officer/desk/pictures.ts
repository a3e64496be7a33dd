/** Lane images for the pages: fetched under the officer's sign-in (an img element cannot name the app), kept a while. */
import { APP } from './api.ts';

/** Pictures kept at once; a board of eight places with two pictures each stays well below. */
const KEPT = 60;
const kept = new Map<string, Promise<string>>();

/** The picture is not kept any more; any other error means that it may come yet. */
export class PictureGone extends Error {}

/** The picture's address for an img element. Raises PictureGone, or what fetch raises without a network. */
export function pictureAddress(captureId: string): Promise<string> {
  const known = kept.get(captureId);
  if (known !== undefined) return known;
  const fetched = fetchPicture(captureId);
  kept.set(captureId, fetched);
  fetched.catch(() => kept.delete(captureId));
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    void forget(oldest);
  }
  return fetched;
}

async function fetchPicture(captureId: string): Promise<string> {
  const answer = await fetch(`/captures/${encodeURIComponent(captureId)}`, { headers: { 'X-Clearlane-App': APP } });
  if (answer.status === 404 || answer.status === 410) throw new PictureGone(captureId);
  if (!answer.ok) throw new Error(`picture ${captureId}: status ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

async function forget(captureId: string): Promise<void> {
  const picture = kept.get(captureId);
  kept.delete(captureId);
  const address = await picture?.catch(() => undefined);
  if (address !== undefined) URL.revokeObjectURL(address);
}
