/** The one door to the API: typed GraphQL over fetch, under the sign-in of the named app. */

export type App = 'driver' | 'carrier' | 'officer';
/** A document of the code generator (`documentMode: 'string'`). */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  __apiType?: (variables: Variables) => Result;
}
export type Ask = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  ...variables: Variables extends Record<string, never> ? [] : [Variables]
) => Promise<Result>;

/** The API gave no answer: whether a change was made is unknown, ask again with the same key. */
export class Unreachable extends Error {}
/** Nobody is signed in to this app, or the sign-in has ended. */
export class SignedOut extends Error {}
/** The API answered with an error it did not expect itself; `trace` finds it in the log. */
export class Unexpected extends Error {
  /** `code` names an expected refusal of a question, such as CODE_FORGED. */
  constructor(message: string, readonly trace?: string, readonly code?: string) {
    super(message);
  }
}

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string; trace?: string } }[];
}
const PATIENCE_MS = 15_000;
/** A question that found no API is asked again after these pauses: one that ends is followed by another at once. */
const QUESTION_PAUSES_MS = [250, 750];
/** What failed more slowly than this was no closed door: asking again would only add to the wait. */
const QUICK_MS = 2_000;
const QUESTION = /^\s*query\b/u;

function opened(answer: Answer): unknown {
  const error = answer.errors?.[0];
  if (error?.extensions?.code === 'UNAUTHENTICATED') throw new SignedOut(error.message);
  if (error?.extensions?.code === 'UNAVAILABLE') throw new Unreachable(error.message);
  if (error || !answer.data) {
    throw new Unexpected(error?.message ?? 'empty answer', error?.extensions?.trace, error?.extensions?.code);
  }
  return answer.data;
}

/**
 * Makes the function with which an app's pages ask the API. With a `token` it asks as whoever that is, empty for
 * nobody, and neither uses nor changes the app's sign-in.
 */
export function createClient(app: App, address = '/graphql', token?: string): Ask {
  const once: Ask = async (document, ...[variables]) => {
    const response = await fetch(address, {
      method: 'POST',
      credentials: token === undefined ? 'same-origin' : 'omit',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
        ...(token === undefined ? { 'X-Clearlane-App': app } : token && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables: variables ?? {} }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((cause: unknown) => {
      throw new Unreachable('no answer', { cause });
    });
    if (response.status === 401) throw new SignedOut('not signed in');
    if (response.status >= 502) throw new Unreachable(`status ${response.status}`);
    const answer = (await response.json().catch(() => ({}))) as Answer;
    return opened(answer) as never;
  };
  return (document, ...variables) =>
    QUESTION.test(document.toString()) ? insist(() => once(document, ...variables)) : once(document, ...variables);
}

/** Asks a question, which changes nothing, again while it finds a closed door; a change is for `persist`, under its key. */
async function insist<Result>(question: () => Promise<Result>): Promise<Result> {
  for (const pause of QUESTION_PAUSES_MS) {
    const began = Date.now();
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Unreachable) || Date.now() - began > QUICK_MS) throw error;
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
  return question();
}

/** A fresh idempotency key: one for each intention, kept through every retry of it. */
export function newKey(): string {
  return crypto.randomUUID();
}

/** Repeats `work` (under one idempotency key) while the API is unreachable. */
export async function persist<Result>(work: () => Promise<Result>, attempts = 3, pauseMs = 700): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable) || attempt === attempts) throw error;
      await new Promise((resume) => setTimeout(resume, pauseMs * attempt));
    }
  }
}
