/** Tests of the shared kit's logic. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { sentences } from './vite/words.ts';

export default defineConfig({
  plugins: [svelte(), sentences()],
  test: { include: ['tests/**/*.test.ts'] },
});
