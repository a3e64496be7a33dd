/** Lane images and cut-outs for the pages: fetched under the officer's sign-in (an img element cannot name the app), kept a while. */
import { APP } from './api.ts';

/** Pictures kept at once; a board of eight places with two pictures each and one passage with its cut-outs stay well below. */
const KEPT = 60;
const kept = new Map<string, Promise<string>>();

/** The picture is not kept any more; any other error means that it may come yet. */
export class PictureGone extends Error {}

/** A lane image's address for an img element. Raises PictureGone, or what fetch raises without a network. */
export function pictureAddress(captureId: string): Promise<string> {
  return address(`/captures/${encodeURIComponent(captureId)}`);
}

/** The address of the cut-out that a verdict rests on, as that of an image. */
export function evidenceAddress(evidenceId: string): Promise<string> {
  return address(`/captures/evidence/${encodeURIComponent(evidenceId)}`);
}

function address(path: string): Promise<string> {
  const known = kept.get(path);
  if (known !== undefined) return known;
  const fetched = fetchPicture(path);
  kept.set(path, fetched);
  fetched.catch(() => kept.delete(path));
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    void forget(oldest);
  }
  return fetched;
}

async function fetchPicture(path: string): Promise<string> {
  const answer = await fetch(path, { headers: { 'X-Clearlane-App': APP } });
  if (answer.status === 404 || answer.status === 410) throw new PictureGone(path);
  if (!answer.ok) throw new Error(`picture ${path}: status ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

async function forget(path: string): Promise<void> {
  const picture = kept.get(path);
  kept.delete(path);
  const source = await picture?.catch(() => undefined);
  if (source !== undefined) URL.revokeObjectURL(source);
}
