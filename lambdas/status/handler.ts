// Receipts, opt-outs and opt-ins from the status queue, each applied on its own: one that fails comes back alone.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { dynamoDb } from "../shared/aws-clients";
import { requiredChannels } from "../shared/channel-settings";
import { channelsOf } from "../shared/channels";
import { dynamoCircuit } from "../shared/circuit";
import { required } from "../shared/env";
import { dynamoLedger } from "../shared/ledger";
import { log } from "../shared/log";
import { pause } from "../shared/pause";
import { readStatusMessage } from "../shared/status-message";
import { vaultStops } from "../shared/stops";
import { applyStatus, type StatusPorts } from "./apply-status";

const tables = dynamoDb();
const channels = requiredChannels("CHANNELS");
const ports: StatusPorts = {
  ledger: dynamoLedger(tables, required("LEDGER_TABLE"), pause),
  stops: vaultStops(tables, required("VAULT_TABLE")),
  circuit: dynamoCircuit(tables, required("CONTROL_TABLE")),
  channelsOf: (tenantId) => channelsOf(channels, tenantId),
  log,
};

/** Takes a batch; answers which of its messages must come back. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const counts: Record<string, number> = {};
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of event.Records) {
    let end: string;
    try {
      end = await applyStatus(readStatusMessage(record.body), ports);
    } catch (error) {
      end = error instanceof Error ? error.name : "unknown";
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    counts[end] = (counts[end] ?? 0) + 1;
  }
  log("status_applied", counts);
  return { batchItemFailures };
}
