/** Vite plugin pair: precaches for the driver only what the driver's entry can reach, so no officer code reaches a phone. */
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

interface Reachable {
  imports: string[];
  dynamicImports: string[];
  css: string[];
}
const STATIC = /^(?:index\.html|manifest\.webmanifest|icon[^/]*)$/;

/** Every file that `start` needs, now or later. */
export function closure(start: string, chunks: ReadonlyMap<string, Reachable>): Set<string> {
  const files = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const chunk = chunks.get(file);
    if (!chunk) continue;
    chunk.css.forEach((sheet) => files.add(sheet));
    open.push(...chunk.imports, ...chunk.dynamicImports);
  }
  return files;
}

export function driverShell(): (Plugin | Plugin[])[] {
  let files = new Set<string>();
  const collect: Plugin = {
    name: 'clearlane-driver-shell',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = new Map<string, Reachable>();
      let start: string | undefined;
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        if (chunk.isEntry && chunk.name === 'driver') start = chunk.fileName;
        const css = [...(chunk.viteMetadata?.importedCss ?? [])];
        chunks.set(chunk.fileName, { imports: chunk.imports, dynamicImports: chunk.dynamicImports, css });
      }
      if (start) files = closure(start, chunks);
    },
  };
  const worker = VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/driver',
    filename: 'service-worker.ts',
    manifest: false,
    injectRegister: false,
    injectManifest: {
      globPatterns: ['index.html', '*.{svg,png,webmanifest}', 'assets/**/*.{js,css}'],
      manifestTransforms: [
        (entries) => ({ manifest: entries.filter(({ url }) => files.has(url) || STATIC.test(url)) }),
      ],
    },
  });
  return [collect, worker];
}
