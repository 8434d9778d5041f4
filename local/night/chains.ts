// Makes the chains of an events file known to the platform, as `clients add` would: a random write key each.
import { randomBytes } from "node:crypto";
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chainRow, writeKeyRow } from "../../lambdas/shared/clients";

// DynamoDB takes 25 puts a batch.
const BATCH = 25;

/** Writes the rows of `chains`; the write key of each. */
export const createChains = async (
  dynamodb: DynamoDBClient,
  table: string,
  chains: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const keys = new Map(chains.map((chain) => [chain, randomBytes(32).toString("base64url")]));
  const rows = chains.flatMap((chain) => [chainRow(chain), writeKeyRow(chain, keys.get(chain) ?? "")]);
  for (let start = 0; start < rows.length; start += BATCH) {
    let requests = rows
      .slice(start, start + BATCH)
      .map((Item) => ({ PutRequest: { Item: Item as Record<string, AttributeValue> } }));
    while (requests.length > 0) {
      const { UnprocessedItems } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
    }
  }
  return keys;
};
