// Compiled only: what a caller writes, so that a document that makes this awkward fails.
import { downloadPayload, listEvents, replayEvent, startReconciliation } from "./v1/sdk.gen";
import { createClient } from "./v1/client";
import type { EventStatus, ProblemDetails } from "./v1/types.gen";
import { setShopifyFault } from "./sandbox/sdk.gen";

const client = createClient({ baseUrl: "http://localhost:5080", headers: { "X-Api-Key": "key" } });

export async function replayFailed(): Promise<string[]> {
  const failed: EventStatus = "failed";
  const { data, error } = await listEvents({ client, query: { status: failed, limit: 5, from: "2026-11-23T00:00:00Z" } });
  if (error) {
    const problem: ProblemDetails = error;
    throw new Error(`${problem.type} ${problem.traceId} ${problem.errors?.["limit"]?.[0] ?? ""}`);
  }

  const ids: string[] = data.events.filter((event) => event.waitingOn === null).map((event) => event.id);
  for (const id of ids) {
    const { data: sent, response } = await replayEvent({ client, path: { id }, body: { reason: "corrected", force: true } });
    console.log(sent?.function, response?.headers.get("Location"));
    await downloadPayload({ client, path: { id } });
  }

  await startReconciliation({ client, body: { dryRun: true, limit: 10 } });
  await setShopifyFault({ body: { kind: "503", count: 2 } });
  return ids;
}
