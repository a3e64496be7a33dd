/** Sends a file of work orders. It goes beside GraphQL, as it is: the hub finds out how its characters are written. */
import { SignedOut, Unreachable, type Coded } from '@clearlane/ui';

export interface Sent {
  id: string;
}
/** What is sent: a file, or rows that were pasted. */
export interface Sheet {
  name: string;
  body: Blob;
  /** '' leaves it to the hub to recognise. */
  encoding: string;
}

const PATIENCE_MS = 60_000;
export const MOST_BYTES = 4 * 1024 * 1024;

/** Returns the import that the file became, or why it became none. Throws Unreachable or SignedOut. */
export async function sendSheet({ name, body, encoding }: Sheet, key: string): Promise<Sent | Coded> {
  if (body.size > MOST_BYTES) return { code: 'TOO_LARGE' };
  const query = new URLSearchParams({ name, ...(encoding ? { encoding } : {}) });
  const response = await fetch(`/imports?${query}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'X-Clearlane-App': 'carrier', 'Idempotency-Key': key, 'Content-Type': 'text/csv' },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw new Unreachable('no answer', { cause });
  });
  if (response.status === 401) throw new SignedOut('not signed in');
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
  const answer = (await response.json()) as Sent | { code: string; message: string; args?: Record<string, string> };
  if ('id' in answer) return answer;
  const args = Object.entries(answer.args ?? {}).map(([argument, value]) => ({ name: argument, value }));
  return { code: answer.code, message: answer.message, args };
}

/** Rows as they come from a spreadsheet's clipboard. */
export const pasted = (text: string, name: string): Sheet => ({ name, body: new Blob([text]), encoding: 'UTF_8' });
