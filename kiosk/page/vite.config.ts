/** Builds the lane's page; its agent serves the result under /lane/<id>/, so every address is relative. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 200 },
  worker: { format: 'es' },
  test: { include: ['tests/**/*.test.ts'] },
});
