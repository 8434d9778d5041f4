// Consistent reads of many rows at once, asked for again until DynamoDB has answered for each.
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { plainRow, type Row } from "./dynamo-items";

/**
 * The given attributes of those of ≤100 rows that exist. Attributes are named in clear, whatever DynamoDB reserves.
 * `pause(ms)` separates two tries for what it left unanswered.
 */
export async function batchGet(
  db: DynamoDBClient,
  table: string,
  keys: readonly Record<string, AttributeValue>[],
  attributes: readonly string[],
  pause: (ms: number) => Promise<void>,
): Promise<Row[]> {
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
  const rows: Row[] = [];
  let left = [...keys];
  for (let round = 0; left.length > 0; round += 1) {
    if (round > 0) await pause(20 * 2 ** Math.min(round, 6));
    const request = {
      Keys: left,
      ConsistentRead: true,
      ProjectionExpression: Object.keys(names).join(", "),
      ExpressionAttributeNames: names,
    };
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetItemCommand({ RequestItems: { [table]: request } }),
    );
    rows.push(...(Responses?.[table] ?? []).map(plainRow));
    left = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return rows;
}
