// A line whose message failed for good on one channel may be claimed once more for the next one, by its own shopper,
// whose phone's day it still has. The row keeps what became of the first, and both prices.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Channel } from "./channels";
import { claimKey, openShard } from "./claim-keys";
import { conditionalUpdate, type PlainUpdate } from "./conditional-update";
import type { Claim } from "./ledger";

/** How a released line failed. */
export type FailedAs = "REJECTED" | "UNDELIVERED";

/** The further attempts of released lines. */
export type ReleasedClaims = {
  /** Claims the line for another channel; false when it is not released, or was for another phone or this channel. */
  readonly claimNext: (claim: Claim) => Promise<boolean>;
  /** The further attempt came to nothing: the line is released as before. */
  readonly releaseNext: (claim: Claim) => Promise<boolean>;
  /** No channel is left: the line ends as it failed; undefined when it is not released. */
  readonly endRelease: (claim: string, at: string) => Promise<FailedAs | undefined>;
};

const ENDS: readonly FailedAs[] = ["REJECTED", "UNDELIVERED"];

/** What the row keeps of the first attempt: a refused message has no SID, and WhatsApp's texts have no digest. */
const keptOf = (failedAs: FailedAs, next: Channel): string[] => [
  ...["channel", "price", "lease", "code"],
  ...(failedAs === "UNDELIVERED" ? ["sid"] : []),
  ...(next === "whatsapp" ? ["text_digest"] : []),
];

/** The same in the ledger's table. */
export function releasedClaims(db: DynamoDBClient, table: string): ReleasedClaims {
  /** Tries the update that fits each way of failing; which one it was, or undefined. */
  async function update(
    claim: string,
    of: (failedAs: FailedAs) => Omit<PlainUpdate, "key">,
  ): Promise<FailedAs | undefined> {
    for (const failedAs of ENDS) {
      const given = of(failedAs);
      const done = await conditionalUpdate(db, table, {
        ...given,
        key: { claim },
        ConditionExpression: `failed_as = :failed AND ${given.ConditionExpression}`,
        ExpressionAttributeNames: { "#state": "state" },
        values: { ...given.values, ":failed": failedAs },
      });
      if (done !== undefined) return failedAs;
    }
    return undefined;
  }

  return {
    async claimNext(claim) {
      const { channel, claimedAt, leaseId, phoneToken, price, textDigest } = claim;
      const claimed = await update(claimKey(claim), (failedAs) => ({
        UpdateExpression: [
          "SET #state = :claimed, attempt = attempt + :one, claimed_at = :at, updated_at = :at, channel = :channel",
          ", price = :price, lease = :lease, open_shard = :open",
          ...keptOf(failedAs, channel).map((name) => `, earlier_${name} = ${name}`),
          textDigest === undefined ? "" : ", text_digest = :digest",
          ` REMOVE code, sid, looked_at${textDigest === undefined ? ", text_digest" : ""}`,
        ].join(""),
        ConditionExpression: "#state = :released AND phone_token = :phone AND channel <> :channel",
        values: {
          ":claimed": "CLAIMED",
          ":released": "RELEASED",
          ":one": 1,
          ":at": claimedAt,
          ":channel": channel,
          ":phone": phoneToken,
          ":price": price,
          ":lease": leaseId,
          ":digest": textDigest,
          ":open": openShard(claim),
        },
      }));
      return claimed !== undefined;
    },

    async releaseNext(claim) {
      const released = await update(claimKey(claim), (failedAs) => {
        const kept = keptOf(failedAs, claim.channel);
        return {
          UpdateExpression: [
            "SET #state = :released",
            ...kept.map((name) => `, ${name} = earlier_${name}`),
            ` REMOVE open_shard, ${kept.map((name) => `earlier_${name}`).join(", ")}`,
          ].join(""),
          ConditionExpression: "#state = :claimed AND claimed_at = :at AND attribute_exists(earlier_channel)",
          values: { ":released": "RELEASED", ":claimed": "CLAIMED", ":at": claim.claimedAt },
        };
      });
      return released !== undefined;
    },

    endRelease: (claim, at) =>
      update(claim, () => ({
        UpdateExpression: "SET #state = :failed, updated_at = :at",
        ConditionExpression: "#state = :released",
        values: { ":released": "RELEASED", ":at": at },
      })),
  };
}
