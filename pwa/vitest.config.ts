/** Tests of the apps' logic. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { sentences } from '../ui/vite/words.ts';

export default defineConfig({
  plugins: [svelte(), sentences()],
  test: { include: ['tests/**/*.test.ts'] },
});
