/** The columns of a file, as the schema names them, in the shown language. */
import { currentLanguage, LANGUAGE_ON_WIRE } from '@clearlane/ui';
import { ask } from '../api.ts';
import { ImportColumnsDocument, type ImportColumnsQuery } from '../generated/graphql.ts';

type Column = ImportColumnsQuery['importColumns'][number];
export interface ShownColumn {
  name: string;
  label: string;
  meaning: string;
  example: string;
  needed: boolean;
}

class Columns {
  #known = $state.raw<readonly Column[]>([]);

  /** Asks for them once; they do not change while the page is open. Throws Unreachable. */
  async load(): Promise<void> {
    if (this.#known.length === 0) this.#known = (await ask(ImportColumnsDocument)).importColumns;
  }

  get shown(): ShownColumn[] {
    const language = LANGUAGE_ON_WIRE[currentLanguage()];
    return this.#known.map(({ name, needed, example, texts }) => {
      const text = texts.find((each) => each.language === language);
      return { name, needed, example, label: text?.label ?? name, meaning: text?.meaning ?? '' };
    });
  }

  label(name: string): string {
    return this.shown.find((column) => column.name === name)?.label ?? name;
  }
}

export const columns = new Columns();
