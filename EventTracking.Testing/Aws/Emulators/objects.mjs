// S3 as fauxqs lacks it. A request is checked and answered in one turn of the event loop, so no other comes between.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { decodeAwsChunked, stores } from "./stores.mjs";

const LargestObject = 128 * 1024 * 1024;

/** Anything else in a query fauxqs would pass over: a tagging request would overwrite the object with its tags. */
const Known = new Set([
  "lifecycle", "delete", "uploads", "uploadId", "partNumber", "attributes", "list-type", "prefix", "delimiter", "max-keys",
  "continuation-token", "start-after", "encoding-type", "fetch-owner", "x-id", "response-content-type", "response-content-disposition",
]);

const Settings = ["publicAccessBlock", "encryption"];

const Default = {
  encryption: "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
};

const Missing = {
  publicAccessBlock: ["NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"],
};

export function addObjectBehaviour(app, memory) {
  const settings = memory("settings");
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: LargestObject }, (_request, body, done) => done(null, body));
  app.addHook("preHandler", (request, reply, done) => {
    const { bucket, "*": key } = request.params ?? {};
    if (!bucket || !((!key && setting(settings, bucket, request, reply)) || refusal(bucket, key, request, reply))) {
      done();
    }
  });
}

/** True if the request was for a setting of the bucket, and is answered. */
function setting(settings, bucket, request, reply) {
  const name = Settings.find(name => name in request.query);
  const remembered = `${bucket}?${name}`;
  if (!name) {
    if (request.method === "DELETE" && !("lifecycle" in request.query)) {
      Settings.forEach(name => settings.delete(`${bucket}?${name}`));
    }
    return false;
  }
  if (!stores.s3Store.hasBucket(bucket)) {
    return fail(reply, 404, "NoSuchBucket", "The specified bucket does not exist");
  }
  if (request.method === "GET") {
    const value = settings.get(remembered) ?? Default[name];
    return value ? reply.header("content-type", "application/xml").send(value) : fail(reply, 404, ...Missing[name]);
  }
  if (request.method === "PUT") {
    settings.set(remembered, decode(request).toString());
    return reply.code(200).send();
  }
  settings.delete(remembered);
  return reply.code(204).send();
}

/** True if the request cannot be carried out, and is answered. */
function refusal(bucket, key, request, reply) {
  const unknown = Object.keys(request.query).find(name => !Known.has(name) && !name.toLowerCase().startsWith("x-amz-"));
  if (unknown) {
    return fail(reply, 501, "NotImplemented", `The emulator does not know ?${unknown}`);
  }
  const isPart = "partNumber" in request.query;
  const isCompletion = request.method === "POST" && "uploadId" in request.query;
  if ((request.method !== "PUT" && !isCompletion) || !key || request.headers["x-amz-copy-source"]) {
    return false;
  }
  const current = isPart ? undefined : find(bucket, key);
  const { "if-none-match": ifNoneMatch, "if-match": ifMatch } = request.headers;
  if (ifMatch && !current) {
    return fail(reply, 404, "NoSuchKey", "The specified key does not exist.");
  }
  if ((ifNoneMatch === "*" && current) || (ifMatch && bare(ifMatch) !== bare(current.etag))) {
    return fail(reply, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }
  if (isCompletion) {
    return false;
  }
  const body = decode(request);
  const wrong = Object.entries(digests).find(([header, digest]) => request.headers[header] && request.headers[header] !== digest(body));
  return wrong ? fail(reply, 400, "BadDigest", `The ${wrong[0]} you specified did not match what we received.`) : false;
}

const digests = {
  "content-md5": body => createHash("md5").update(body).digest("base64"),
  "x-amz-checksum-sha256": body => createHash("sha256").update(body).digest("base64"),
  "x-amz-checksum-crc32": body => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum.toString("base64");
  },
};

/** The body without the framing of a streamed upload; its trailer and the caller's own Content-Encoding become headers. */
function decode(request) {
  const encodings = (request.headers["content-encoding"] ?? "").split(",").map(name => name.trim()).filter(Boolean);
  if (encodings.includes("aws-chunked")) {
    const { body, trailers } = decodeAwsChunked(request.body);
    request.body = body;
    Object.assign(request.headers, trailers);
    delete request.headers["content-encoding"];
    const own = encodings.filter(name => name !== "aws-chunked").join(",");
    if (own) {
      request.headers["content-encoding"] = own;
    }
  }
  return request.body ?? Buffer.alloc(0);
}

function find(bucket, key) {
  try {
    return stores.s3Store.headObject(bucket, key);
  } catch {
    return undefined;
  }
}

function bare(etag) {
  return etag.replaceAll('"', "");
}

function fail(reply, status, code, message) {
  reply.code(status).header("content-type", "application/xml");
  return reply.send(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
