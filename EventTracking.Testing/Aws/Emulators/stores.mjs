// fauxqs keeps these classes to itself, so they are taken from its files.
const files = new URL("./", import.meta.resolve("fauxqs"));
const { S3Store } = await import(new URL("s3/s3Store.js", files));
const { SqsStore } = await import(new URL("sqs/sqsStore.js", files));
const { SnsStore } = await import(new URL("sns/snsStore.js", files));
const { PersistenceManager } = await import(new URL("persistence.js", files));

export const { decodeAwsChunked } = await import(new URL("s3/chunkedEncoding.js", files));
export const stores = { s3Store: new S3Store(), sqsStore: new SqsStore(), snsStore: new SnsStore() };

/** Brings back what the folder has, and keeps there from now on whatever is stored, before it is acknowledged. */
export function keepStoresIn(folder) {
  const persistence = new PersistenceManager(folder);
  // What is acknowledged outlives the process without it, and each commit would wait for the disk.
  persistence.db.exec("PRAGMA synchronous = OFF");
  // fauxqs resets the count of receives too, which its own table refuses: the message would be gone.
  const ready = persistence.db.prepare("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?");
  persistence.updateMessageReady = id => ready.run(id);

  // In this order: a queue that is stored again while it is loaded would take its messages with it.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  [...Object.values(stores), ...stores.sqsStore.allQueues()].forEach(store => (store.persistence = persistence));
}
