// dynalite, and what it does not know: two settings of a table, and indexes that are added to an existing one.
import { Readable } from "node:stream";
import dynalite from "dynalite";

const ValidationException = "com.amazon.coral.validate#ValidationException";

/** The request handler for everything of DynamoDB, whose tables are in memory where no folder is given. */
export function createTables(memory, path) {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, path });
  const timeToLive = memory("timeToLive");
  const recovery = memory("recovery");

  const settings = {
    UpdateTimeToLive({ TableName, TimeToLiveSpecification: wanted }) {
      if (timeToLive.has(TableName) === wanted.Enabled) {
        throw new Error(`TimeToLive is already ${wanted.Enabled ? "enabled" : "disabled"}`);
      }
      if (wanted.Enabled) {
        timeToLive.set(TableName, wanted.AttributeName);
      } else {
        timeToLive.delete(TableName);
      }
      return { TimeToLiveSpecification: wanted };
    },
    DescribeTimeToLive: ({ TableName }) => ({
      TimeToLiveDescription: timeToLive.has(TableName)
        ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.get(TableName) }
        : { TimeToLiveStatus: "DISABLED" },
    }),
    UpdateContinuousBackups({ TableName, PointInTimeRecoverySpecification: wanted }) {
      recovery.set(TableName, wanted.PointInTimeRecoveryEnabled);
      return settings.DescribeContinuousBackups({ TableName });
    },
    DescribeContinuousBackups: ({ TableName }) => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: recovery.get(TableName) ? "ENABLED" : "DISABLED" },
      },
    }),
  };

  return async (request, response) => {
    const body = await read(request);
    if (body === undefined) {
      return;
    }

    const operation = request.headers["x-amz-target"].split(".")[1];
    if (operation in settings) {
      const input = JSON.parse(body);
      const table = await ask(server, request, "DescribeTable", { TableName: input.TableName });
      return table.statusCode === 200 ? answer(response, () => settings[operation](input)) : send(response, table.statusCode, table.body);
    }

    if (operation === "DeleteTable") {
      const { TableName } = JSON.parse(body);
      timeToLive.delete(TableName);
      recovery.delete(TableName);
    }

    const added = operation === "UpdateTable" && JSON.parse(body).GlobalSecondaryIndexUpdates?.find(update => update.Create);
    if (added) {
      return addIndex(server, request, response, JSON.parse(body), added.Create);
    }

    server.emit("request", replay(request, request.headers["x-amz-target"], body), response);
  };
}

/** Makes the table anew with the index, and puts its items back, since dynalite cannot index what is already there. */
async function addIndex(server, request, response, { TableName, AttributeDefinitions }, index) {
  const call = async (operation, input) => {
    const { statusCode, body } = await ask(server, request, operation, input);
    return { statusCode, body, result: JSON.parse(body) };
  };
  const described = await call("DescribeTable", { TableName });
  if (described.statusCode !== 200) {
    return send(response, described.statusCode, described.body);
  }

  const table = described.result.Table;
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (indexes.some(existing => existing.IndexName === index.IndexName)) {
    return answer(response, () => {
      throw new Error(`Attempting to create an index which already exists: ${index.IndexName}`);
    });
  }

  const items = [];
  let page = {};
  do {
    page = (await call("Scan", { TableName, ExclusiveStartKey: page.LastEvaluatedKey })).result;
    items.push(...page.Items);
  } while (page.LastEvaluatedKey);

  await call("DeleteTable", { TableName });
  while ((await call("DescribeTable", { TableName })).statusCode === 200) {
    await new Promise(setImmediate);
  }

  const attributes = new Map([...table.AttributeDefinitions, ...AttributeDefinitions].map(attribute => [attribute.AttributeName, attribute]));
  const created = await call("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: table.KeySchema,
    AttributeDefinitions: [...attributes.values()],
    GlobalSecondaryIndexes: [...indexes, index].map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection })),
  });
  while ((await call("DescribeTable", { TableName })).result.Table?.TableStatus !== "ACTIVE") {
    await new Promise(setImmediate);
  }

  while (items.length > 0) {
    await call("BatchWriteItem", { RequestItems: { [TableName]: items.splice(0, 25).map(Item => ({ PutRequest: { Item } })) } });
  }

  return send(response, created.statusCode, created.body);
}

/** The whole body, or nothing if the client went away, which dynalite would not survive. */
async function read(request) {
  try {
    return Buffer.concat(await request.toArray());
  } catch {
    return undefined;
  }
}

function replay(request, target, body) {
  const headers = { ...request.headers, "x-amz-target": target };
  return Object.assign(Readable.from(body.length > 0 ? [body] : []), { method: request.method, url: request.url, headers });
}

function ask(server, request, operation, input) {
  return new Promise(resolve => {
    const response = { setHeader() {}, end: body => resolve({ statusCode: response.statusCode, body }) };
    server.emit("request", replay(request, `DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input))), response);
  });
}

function answer(response, run) {
  try {
    send(response, 200, JSON.stringify(run()));
  } catch (error) {
    send(response, 400, JSON.stringify({ __type: ValidationException, message: error.message }));
  }
}

function send(response, statusCode, body) {
  response.writeHead(statusCode, { "content-type": "application/x-amz-json-1.0" }).end(body);
}
