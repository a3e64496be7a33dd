/** Vite plugin: serves the refusal and reason sentences of core/words one language at a time. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const PREFIX = 'virtual:clearlane-sentences/';
const WORDS = fileURLToPath(new URL('../../core/words/', import.meta.url));

type Sentences = Record<string, Record<string, string>>;

function inLanguage(file: string, language: string): Record<string, string> {
  const sentences = JSON.parse(readFileSync(file, 'utf8')) as Sentences;
  return Object.fromEntries(
    Object.entries(sentences).map(([code, byLanguage]) => [code, byLanguage[language] ?? code]),
  );
}

/** `import('virtual:clearlane-sentences/zh-Hant')` gives `{ problems, reasons }`, sentences by code. */
export function sentences(): Plugin {
  return {
    name: 'clearlane-sentences',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const language = id.slice(PREFIX.length + 1);
      const files = ['problems', 'reasons'].map((name) => [name, `${WORDS}${name}.json`] as const);
      return files
        .map(([name, file]) => {
          this.addWatchFile(file);
          return `export const ${name} = ${JSON.stringify(inLanguage(file, language))};`;
        })
        .join('\n');
    },
  };
}
