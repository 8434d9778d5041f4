// Makes the chains of an events file known to the platform, as `clients add` would: a random write key each.
import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ALL_SCOPES, chainItem, keyItem, newWriteKey } from "../../lambdas/shared/clients";

// DynamoDB takes 25 puts a batch.
const BATCH = 25;

/** Writes the rows of `chains`; the write key of each. */
export const createChains = async (
  dynamodb: DynamoDBClient,
  table: string,
  chains: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const keys = new Map(chains.map((chain) => [chain, newWriteKey()]));
  const rows = chains.flatMap((tenantId) => [
    chainItem({ tenantId, status: "active" }),
    keyItem(keys.get(tenantId) ?? "", { tenantId, keyId: `${tenantId}-1`, status: "active", scopes: [ALL_SCOPES] }),
  ]);
  for (let start = 0; start < rows.length; start += BATCH) {
    let requests = rows.slice(start, start + BATCH).map((Item) => ({ PutRequest: { Item } }));
    while (requests.length > 0) {
      const { UnprocessedItems } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
    }
  }
  return keys;
};
