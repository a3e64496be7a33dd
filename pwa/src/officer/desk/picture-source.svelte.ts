import { PictureGone } from './pictures.ts';

const TRY_AGAIN_MS = 5_000;

/** A picture's source for a component: without a network it is not known to be gone, so it is asked for until there is an answer. */
export function pictureSource(address: () => Promise<string>): { readonly current: Promise<string> } {
  let attempt = $state(0);
  const source = $derived.by(() => {
    void attempt;
    return address();
  });
  $effect(() => {
    let again = 0;
    source.catch((error: unknown) => {
      if (!(error instanceof PictureGone)) again = window.setTimeout(() => (attempt += 1), TRY_AGAIN_MS);
    });
    return () => window.clearTimeout(again);
  });
  return {
    get current() {
      return source;
    },
  };
}
