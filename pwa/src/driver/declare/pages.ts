/** The pages of the declaration, in their order. */

export const STEPS = ['vehicle', 'load', 'crossing', 'people'] as const;
export type Step = (typeof STEPS)[number];
export type Page = Step | 'check';
