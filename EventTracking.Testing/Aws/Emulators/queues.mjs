// SQS as fauxqs lacks it.
import { stores } from "./stores.mjs";

const TraceHeader = "AWSTraceHeader";

export function addQueueBehaviour(app, memory) {
  const traces = memory("traces");

  app.addHook("preHandler", (request, _reply, done) => {
    // Else a message whose visibility time-out has ended is counted as in flight until the next receive.
    if (operationOf(request) === "GetQueueAttributes") {
      stores.sqsStore.getQueue(request.body.QueueUrl)?.processTimers();
    }
    done();
  });

  app.addHook("onSend", (request, reply, payload, done) => {
    const operation = operationOf(request);
    if (reply.statusCode !== 200 || typeof payload !== "string") {
      return done(null, payload);
    }
    if (operation === "SendMessage" || operation === "SendMessageBatch") {
      sent(operation, request.body, JSON.parse(payload)).forEach(([id, message]) => {
        const trace = message?.MessageSystemAttributes?.[TraceHeader]?.StringValue;
        if (trace) {
          traces.set(id, trace);
        }
      });
    }
    done(null, operation === "ReceiveMessage" && wantsTrace(request.body) ? withTraces(payload, traces) : payload);
  });
}

function operationOf(request) {
  return /^AmazonSQS\.(\w+)$/.exec(request.headers["x-amz-target"])?.[1];
}

function sent(operation, input, output) {
  return operation === "SendMessage"
    ? [[output.MessageId, input]]
    : (output.Successful ?? []).map(({ Id, MessageId }) => [MessageId, input.Entries.find(entry => entry.Id === Id)]);
}

function wantsTrace({ MessageSystemAttributeNames = [], AttributeNames = [] }) {
  return [...MessageSystemAttributeNames, ...AttributeNames].some(name => name === "All" || name === TraceHeader);
}

function withTraces(payload, traces) {
  const output = JSON.parse(payload);
  for (const message of output.Messages ?? []) {
    if (traces.has(message.MessageId)) {
      (message.Attributes ??= {})[TraceHeader] = traces.get(message.MessageId);
    }
  }
  return JSON.stringify(output);
}
