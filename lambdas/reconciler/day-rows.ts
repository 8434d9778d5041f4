// A day's lines as the ledger has them, by the day's index: what is read is that day of that chain and nothing else.
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { DAY_SHARDS, dayShardOf } from "../shared/claim-keys";
import { plainRow, type Row, typed } from "../shared/dynamo-items";
import type { LineState } from "../shared/line-states";

/** The row of a line. */
export type DayRow = {
  readonly tenantId: string;
  readonly shopperId: string;
  readonly state: LineState;
  readonly reason?: string;
  /** Twilio's code for how the line failed. */
  readonly code?: string;
  /** When the row came to its state; RFC 3339. */
  readonly updatedAt: string;
  /** The rest only of a line that was claimed. */
  readonly claimedAt?: string;
  readonly phoneToken?: string;
  /** See `textDigest`. */
  readonly textDigest?: string;
  /** BRL. */
  readonly price?: number;
  readonly sid?: string;
  /** The message of the channel before, which failed for good. */
  readonly earlierSid?: string;
};

/** `STATE`, or `STATE(reason)` where there is one. */
export const stateText = ({ state, reason }: Pick<DayRow, "state" | "reason">): string =>
  reason === undefined ? state : `${state}(${reason})`;

const textOf = (row: Row, name: string): string | undefined =>
  typeof row[name] === "string" ? (row[name] as string) : undefined;

function dayRow(row: Row): DayRow {
  return {
    tenantId: String(row.tenant_id),
    shopperId: String(row.shopper_id),
    state: String(row.state) as LineState,
    reason: textOf(row, "reason"),
    code: row.code === undefined || row.code === null ? undefined : String(row.code),
    updatedAt: String(row.updated_at),
    claimedAt: textOf(row, "claimed_at"),
    phoneToken: textOf(row, "phone_token"),
    textDigest: textOf(row, "text_digest"),
    price: typeof row.price === "number" ? row.price : undefined,
    sid: textOf(row, "sid"),
    earlierSid: textOf(row, "earlier_sid"),
  };
}

/** The rows of one chain's day, in no order. The index follows the table within moments: not for a day at work. */
export async function* dayRows(
  db: DynamoDBClient,
  table: string,
  tenantId: string,
  offerDate: string,
): AsyncGenerator<DayRow> {
  for (let shard = 0; shard < DAY_SHARDS; shard += 1) {
    const input = {
      TableName: table,
      IndexName: "by_day",
      KeyConditionExpression: "day_shard = :shard",
      ExpressionAttributeValues: { ":shard": typed(dayShardOf(tenantId, offerDate, shard)) },
    };
    for await (const page of paginateQuery({ client: db }, input))
      for (const item of page.Items ?? []) yield dayRow(plainRow(item));
  }
}
