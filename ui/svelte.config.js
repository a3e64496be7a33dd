/** Svelte's compiler for the apps. */
export default { compilerOptions: { runes: true } };
