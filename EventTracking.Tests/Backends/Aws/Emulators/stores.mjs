// fauxqs keeps these classes to itself, so they are taken from its files.
const files = new URL("./", import.meta.resolve("fauxqs"));
const { S3Store } = await import(new URL("s3/s3Store.js", files));
const { SqsStore } = await import(new URL("sqs/sqsStore.js", files));
const { SnsStore } = await import(new URL("sns/snsStore.js", files));

export const { decodeAwsChunked } = await import(new URL("s3/chunkedEncoding.js", files));
export const stores = { s3Store: new S3Store(), sqsStore: new SqsStore(), snsStore: new SnsStore() };
