/** What a phone or tablet keeps for itself (IndexedDB): it outlives the network and the browser. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

interface KeptSchema extends DBSchema {
  kept: { key: string; value: unknown };
}

/** A small typed store: `Contents` names what may be kept and its type. */
export class OfflineStore<Contents extends object> {
  #database: Promise<IDBPDatabase<KeptSchema>>;

  constructor(name: string) {
    this.#database = openDB<KeptSchema>(name, 1, {
      upgrade: (database) => void database.createObjectStore('kept'),
    });
  }

  async read<Key extends keyof Contents & string>(key: Key): Promise<Contents[Key] | undefined> {
    return (await (await this.#database).get('kept', key)) as Contents[Key] | undefined;
  }

  /** Keeps a plain copy: state proxies and class instances do not survive in IndexedDB. */
  async keep<Key extends keyof Contents & string>(key: Key, value: Contents[Key]): Promise<void> {
    await (await this.#database).put('kept', JSON.parse(JSON.stringify(value)), key);
  }

  async forget<Key extends keyof Contents & string>(...keys: Key[]): Promise<void> {
    const database = await this.#database;
    await Promise.all(keys.map((key) => database.delete('kept', key)));
  }

  async forgetEverything(): Promise<void> {
    await (await this.#database).clear('kept');
  }

  async close(): Promise<void> {
    (await this.#database).close();
  }
}
