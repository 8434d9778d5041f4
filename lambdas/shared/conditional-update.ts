// An update whose condition does not hold is an answer, never an error.
import {
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { type Row, typedRow } from "./dynamo-items";

/** An update of one item, with plain values. */
export type PlainUpdate = Omit<UpdateItemCommandInput, "Key" | "TableName" | "ExpressionAttributeValues"> & {
  readonly key: Row;
  readonly values: Readonly<Record<string, string | number | boolean | undefined>>;
};

/** What DynamoDB answered, or undefined when the condition did not hold. Throws what DynamoDB throws otherwise. */
export async function conditionalUpdate(
  db: DynamoDBClient,
  table: string,
  { key, values, ...input }: PlainUpdate,
): Promise<UpdateItemCommandOutput | undefined> {
  const named = { TableName: table, Key: typedRow(key), ExpressionAttributeValues: typedRow({ ...values }) };
  try {
    return await db.send(new UpdateItemCommand({ ...named, ...input }));
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return undefined;
    throw error;
  }
}
