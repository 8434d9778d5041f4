// The ledger as the sweeper uses it: it reads the day's unsettled claims by their index, and changes one only while it
// is still the very claim that was read.
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { claimKey, DAY_SHARDS, openShardOf } from "../shared/claim-keys";
import { conditionalUpdate } from "../shared/conditional-update";
import { plainRow, type Row, typedRow } from "../shared/dynamo-items";
import type { LineState } from "../shared/line-states";
import type { OpenClaim } from "./judge-claim";

/** The day's claims that are not settled. Instants are epoch ms. */
export type OpenClaims = {
  /** Those claimed before an instant, oldest first in each index partition. The index follows the table within moments. */
  readonly before: (offerDate: string, claimedBeforeMs: number) => AsyncIterable<OpenClaim>;
  /** Writes down that Twilio's list was seen without the claim's message; false when the claim has changed. */
  readonly noteLook: (claim: OpenClaim, now: number) => Promise<boolean>;
  /** Ends the claim, or gives its line back, after a second look; false when the claim has changed. */
  readonly end: (claim: OpenClaim, to: "HELD" | "REOPENED", now: number) => Promise<boolean>;
};

const isUnsettled = (state: LineState): state is OpenClaim["state"] => state === "CLAIMED" || state === "IN_DOUBT";

/** The claim in a row, or undefined when it is settled: the index may lag behind. */
function openClaimOf(row: Row): OpenClaim | undefined {
  const state = String(row.state) as LineState;
  if (!isUnsettled(state)) return undefined;
  const claimedAt = String(row.claimed_at);
  return {
    tenantId: String(row.tenant_id),
    offerDate: String(row.offer_date),
    shopperId: String(row.shopper_id),
    state,
    attempt: Number(row.attempt),
    channel: row.channel === "whatsapp" ? "whatsapp" : "sms",
    phoneToken: String(row.phone_token),
    claimedAt,
    firstClaimedMs: Date.parse(String(row.first_claimed_at ?? claimedAt)),
    updatedMs: Date.parse(String(row.updated_at)),
    ...(row.text_digest === undefined ? {} : { textDigest: String(row.text_digest) }),
    ...(row.looked_at === undefined ? {} : { lookedMs: Date.parse(String(row.looked_at)) }),
  };
}

/** The open claims in the ledger's table, by the index of that name. */
export function dynamoOpenClaims(db: DynamoDBClient, table: string, index: string): OpenClaims {
  const change = async (claim: OpenClaim, expression: string, condition: string, values: Row): Promise<boolean> => {
    const changed = await conditionalUpdate(db, table, {
      key: { claim: claimKey(claim) },
      UpdateExpression: expression,
      ConditionExpression: `#state = :state AND claimed_at = :claimed AND attempt = :attempt AND ${condition}`,
      ExpressionAttributeNames: { "#state": "state" },
      values: { ":state": claim.state, ":claimed": claim.claimedAt, ":attempt": claim.attempt, ...values },
    });
    return changed !== undefined;
  };
  const instant = (now: number): string => new Date(now).toISOString();

  return {
    async *before(offerDate, claimedBeforeMs) {
      for (let shard = 0; shard < DAY_SHARDS; shard += 1) {
        const input = {
          TableName: table,
          IndexName: index,
          KeyConditionExpression: "open_shard = :shard AND claimed_at < :before",
          ExpressionAttributeValues: typedRow({
            ":shard": openShardOf(offerDate, shard),
            ":before": instant(claimedBeforeMs),
          }),
        };
        for await (const { Items = [] } of paginateQuery({ client: db }, input)) {
          for (const item of Items) {
            const claim = openClaimOf(plainRow(item));
            if (claim) yield claim;
          }
        }
      }
    },
    noteLook: (claim, now) =>
      change(claim, "SET looked_at = :now", "attribute_not_exists(looked_at)", { ":now": instant(now) }),
    end: (claim, to, now) =>
      change(
        claim,
        "SET #state = :to, updated_at = :now REMOVE open_shard",
        // A line that was never looked for cannot be ended here.
        "attribute_exists(looked_at)",
        { ":to": to, ":now": instant(now) },
      ),
  };
}
