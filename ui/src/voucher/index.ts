/** The voucher on the phone: live proof, code text and seeds. */
export { base45 } from './base45.ts';
export { fromBase64Url, toBase64Url } from './encoding.ts';
export { codeAt, envelope, type KeptVoucher } from './envelope.ts';
export { anchor, LINK_BYTES, newSeed, proof, STEP_MS, stepAt, STEPS } from './live.ts';
export { newSeeds, seedFor, type Seeds } from './seeds.ts';
export { default as Qr } from '../components/Qr.svelte';
