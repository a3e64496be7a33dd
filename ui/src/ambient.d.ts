/** The sentences of core/words in one language, served by the Vite plugin in ui/vite/words.ts. */
declare module 'virtual:clearlane-sentences/en' {
  export const problems: Record<string, string>;
  export const reasons: Record<string, string>;
}
declare module 'virtual:clearlane-sentences/zh-Hans' {
  export const problems: Record<string, string>;
  export const reasons: Record<string, string>;
}
declare module 'virtual:clearlane-sentences/zh-Hant' {
  export const problems: Record<string, string>;
  export const reasons: Record<string, string>;
}
