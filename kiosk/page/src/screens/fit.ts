/** Nothing on the lane's screen is ever cut off: what does not fit is drawn smaller, as little as it takes. */

const STEP = 0.03;
/** Below this no driver reads it from his cab; longer words than that have to be shortened. */
export const SMALLEST = 0.6;

/** The largest scale at which `overflows` says no. */
export function largestScale(overflows: (scale: number) => boolean): number {
  let scale = 1;
  while (scale > SMALLEST && overflows(scale)) scale = Math.max(SMALLEST, scale - STEP);
  return scale;
}

/** Keeps the children of `box` within its height, now and whenever they or the screen change. */
export function fit(box: HTMLElement): () => void {
  const content = box.firstElementChild as HTMLElement;
  const measure = (): void => {
    largestScale((scale) => {
      content.style.setProperty('zoom', String(scale));
      return content.getBoundingClientRect().height > box.clientHeight + 1;
    });
  };
  const changes = new MutationObserver(measure);
  changes.observe(content, { childList: true, subtree: true, characterData: true });
  const sizes = new ResizeObserver(measure);
  sizes.observe(box);
  void document.fonts.ready.then(measure);
  measure();
  return () => {
    changes.disconnect();
    sizes.disconnect();
  };
}
