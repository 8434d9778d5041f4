// Receipts and opt-outs from the status queue, each applied on its own: one that fails comes back alone.
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { dynamoDb } from "../shared/aws-clients";
import { typed, typedRow } from "../shared/dynamo-items";
import { required } from "../shared/env";
import { dynamoLedger } from "../shared/ledger";
import { log } from "../shared/log";
import { pause } from "../shared/pause";
import { readStatusMessage } from "../shared/status-message";
import { personKey, STOP_FACT } from "../shared/vault-facts";
import { applyStatus, type StatusPorts } from "./apply-status";

/** Opt-outs in the vault: the newest word stands, and none is ever taken back here. */
function vaultStop(db: DynamoDBClient, table: string): StatusPorts["stop"] {
  return async (tenantId, phoneToken, word, at) => {
    const row = { person: personKey(tenantId, phoneToken), fact: STOP_FACT, word, occurred_at: at };
    try {
      await db.send(
        new PutItemCommand({
          TableName: table,
          Item: typedRow(row),
          ConditionExpression: "attribute_not_exists(person) OR occurred_at < :at",
          ExpressionAttributeValues: { ":at": typed(at) },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  };
}

const tables = dynamoDb();
const ports: StatusPorts = {
  ledger: dynamoLedger(tables, required("LEDGER_TABLE"), pause),
  stop: vaultStop(tables, required("VAULT_TABLE")),
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
