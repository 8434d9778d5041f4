// A line that was given back in doubt may be claimed once more by its own shopper, whose phone's day it still has; the
// row keeps how often it was claimed and when first, since the first message may still turn up. What the first attempt
// cost stays spent in the day's money; the row says what the last one cost.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { claimKey, openShard } from "./claim-keys";
import { conditionalUpdate, type PlainUpdate } from "./conditional-update";
import type { Claim } from "./ledger";

/** The further attempts of reopened lines. */
export type ReopenedClaims = {
  /** Claims the line again; false when it is not reopened, or was for another phone. */
  readonly claimAgain: (claim: Claim) => Promise<boolean>;
  /** A further attempt came to nothing: the line is reopened as before, with the first attempt still in doubt. */
  readonly releaseAgain: (claim: Claim) => Promise<boolean>;
};

/** The same in the ledger's table. */
export function reopenedClaims(db: DynamoDBClient, table: string): ReopenedClaims {
  const update = async (claim: Claim, given: Omit<PlainUpdate, "key">): Promise<boolean> => {
    const names = { "#state": "state" };
    const input = { key: { claim: claimKey(claim) }, ExpressionAttributeNames: names, ...given };
    return (await conditionalUpdate(db, table, input)) !== undefined;
  };
  return {
    claimAgain: (claim) =>
      update(claim, {
        UpdateExpression: [
          "SET #state = :claimed, attempt = attempt + :one, claimed_at = :at, updated_at = :at",
          ", price = :price, lease = :lease",
          ", first_claimed_at = if_not_exists(first_claimed_at, claimed_at), open_shard = :open",
          claim.textDigest === undefined ? "" : ", text_digest = :digest",
          ` REMOVE code, looked_at${claim.textDigest === undefined ? ", text_digest" : ""}`,
        ].join(""),
        ConditionExpression: "#state = :reopened AND phone_token = :phone AND channel = :channel",
        values: {
          ":claimed": "CLAIMED",
          ":reopened": "REOPENED",
          ":one": 1,
          ":at": claim.claimedAt,
          ":phone": claim.phoneToken,
          ":channel": claim.channel,
          ":price": claim.price,
          ":lease": claim.leaseId,
          ":digest": claim.textDigest,
          ":open": openShard(claim),
        },
      }),
    releaseAgain: (claim) =>
      update(claim, {
        UpdateExpression: "SET #state = :reopened REMOVE open_shard, lease",
        ConditionExpression: "#state = :claimed AND claimed_at = :at AND attempt > :first",
        values: { ":reopened": "REOPENED", ":claimed": "CLAIMED", ":at": claim.claimedAt, ":first": 1 },
      }),
  };
}
