// DynamoDB (dynalite), S3 and SQS (fauxqs) behind one address, so that one AWS_ENDPOINT_URL serves all three. Everything
// is in memory and gone when the process ends, unless it is given a folder.
//
//   npm ci && npm start -- [--port 4566] [--host 127.0.0.1] [--data FOLDER] [--until-stdin-ends]
//
// What was acknowledged is in the folder, however suddenly the process ends (not the machine: nothing waits for the disk),
// and is there again with the same folder on the same port: the address of a queue names it. Of what was not acknowledged
// when it was killed, an item may be without an entry in an index or the other way round: dynalite writes one by one.
//
// fauxqs needs Node 22.5; on Linux the dependencies bring one, which 'npm start' finds first.
//
// What the emulators lack, and a test would miss, is added here, in this process and without a change to their files:
//   tables.mjs   time to live and continuous backups are accepted and remembered; nothing expires, nothing is backed up.
//                An index can be added to a table, which is made anew for it: in that moment nothing else may use the table
//   objects.mjs  conditional writes, also of uploads in parts, checksums, the caller's Content-Encoding, public access block and encryption settings
//                (remembered, not enforced); what would be misunderstood is refused instead
//   queues.mjs   the trace header, and counts that know of ended visibility time-outs
// Known to differ from AWS: a failed condition never returns the old item, writes report no index capacity, there are no
// transactions, nothing throttles, lifecycle rules are not carried out, and no signature or permission is checked.
import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildApp } from "fauxqs";
import { createMemory } from "./memory.mjs";
import { addObjectBehaviour } from "./objects.mjs";
import { addQueueBehaviour } from "./queues.mjs";
import { keepStoresIn, stores } from "./stores.mjs";
import { createTables } from "./tables.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string" },
    "until-stdin-ends": { type: "boolean", default: false },
  },
});

const memory = createMemory(options.data);
const tables = createTables(memory, options.data && join(options.data, "tables"));
if (options.data) {
  keepStoresIn(options.data);
}
const app = buildApp({ logger: false, stores });
addObjectBehaviour(app, memory);
addQueueBehaviour(app, memory);
await app.ready();

const server = createServer((request, response) =>
  String(request.headers["x-amz-target"]).startsWith("DynamoDB_")
    ? tables(request, response)
    : app.server.emit("request", request, response));

// A client keeps its connections for longer than Node's five seconds, and would meet one that is just being closed.
server.keepAliveTimeout = 10 * 60 * 1000;
server.listen(Number(options.port), options.host, () => console.log(`Emulators are listening on http://${options.host}:${server.address().port}`));

const end = () => process.exit(0);
process.on("SIGINT", end);
process.on("SIGTERM", end);
if (options["until-stdin-ends"]) {
  // Whoever started this and died, however suddenly, leaves nothing behind.
  process.stdin.on("end", end).on("error", end).resume();
}
