// What is remembered here for the emulators, since they have no place for it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Makes maps by name: in memory, or with a folder such as are there again after a restart. */
export function createMemory(folder) {
  if (!folder) {
    return () => new Map();
  }
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "memory.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS memory (map TEXT, key TEXT, value TEXT, PRIMARY KEY (map, key))");
  return name => new StoredMap(database, name);
}

class StoredMap extends Map {
  #name;
  #put;
  #remove;

  constructor(database, name) {
    super();
    this.#name = name;
    this.#put = database.prepare("INSERT OR REPLACE INTO memory VALUES (?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM memory WHERE map = ? AND key = ?");
    for (const { key, value } of database.prepare("SELECT key, value FROM memory WHERE map = ?").all(name)) {
      super.set(key, JSON.parse(value));
    }
  }

  set(key, value) {
    this.#put.run(this.#name, key, JSON.stringify(value));
    return super.set(key, value);
  }

  delete(key) {
    this.#remove.run(this.#name, key);
    return super.delete(key);
  }
}
