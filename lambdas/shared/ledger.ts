// The ledger is where "at most once" lives: every write carries its condition, taken from the transition table, and a
// claim is both keys or none. A condition that does not hold is an answer, never an error.
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { batchGet } from "./batch-get";
import type { Channel } from "./channels";
import { attemptOf, claimKey, dayShard, type LineKey, openShard, phoneKey } from "./claim-keys";
import { conditionalUpdate } from "./conditional-update";
import { typed, typedRow } from "./dynamo-items";
import { type ExpiryReason, type LineState, type SuppressionReason, statesBefore, UNSETTLED } from "./line-states";
import { type FailedAs, releasedClaims } from "./released-claims";
import { reopenedClaims } from "./reopened-claims";

/** How a claim ended: ours, or somebody has the line, or another shopper has the phone's day. */
export type ClaimResult = "claimed" | "taken" | "same_phone";

/**
 * A claim of a line for a phone at a price in BRL, made at `claimedAt` (RFC 3339), which also tells it from a later
 * one. The price stands from the claim on, so that a callback that overtakes the sender loses nothing.
 */
export type Claim = LineKey & {
  readonly channel: Channel;
  readonly phoneToken: string;
  readonly price: number;
  readonly claimedAt: string;
  /** By which the message is known among others at Twilio; see `textDigest`. */
  readonly textDigest?: string;
  /** The lease that the price is paid from. */
  readonly leaseId: string;
};

/** What a step of a claimed line adds to its row. */
export type Facts = {
  readonly sid?: string;
  readonly code?: number | string;
  /** Only where it is another than the claim's. */
  readonly price?: number;
  /** With RELEASED: how the line ends when no channel follows. */
  readonly failedAs?: FailedAs;
};

/** The attempt that a line which may be claimed once more has behind it. */
export type Earlier = { readonly state: "REOPENED" | "RELEASED"; readonly channel: Channel };

/** The ledger as dispatch uses it. Instants are RFC 3339 texts. */
export type Ledger = {
  /** The states of those claims that have a row; read consistently, ≤100 claims. */
  readonly states: (claims: readonly string[]) => Promise<Map<string, LineState>>;
  /** What those of the claims cost in BRL that were paid from the lease; read consistently, ≤100 claims. */
  readonly paidFrom: (leaseId: string, claims: readonly string[]) => Promise<number>;
  /** Takes the line and its phone's day together, or neither; or takes its own line that was given back once more. */
  readonly claim: (claim: Claim) => Promise<ClaimResult>;
  /** Gives back a claim of which Twilio provably took nothing, as it was before; false when it is no longer ours. */
  readonly release: (claim: Claim) => Promise<boolean>;
  /** Writes the row of a line that is not to be sent; false when the line has one. */
  readonly suppress: (line: LineKey, reason: SuppressionReason, at: string) => Promise<boolean>;
  /** Writes the row of a line that the day closed over; false when the line has one. */
  readonly expire: (line: LineKey, reason: ExpiryReason, at: string) => Promise<boolean>;
  /** The attempt behind a line that was given back; undefined when it was not. */
  readonly earlierOf: (claim: string) => Promise<Earlier | undefined>;
  /** Ends a released line as it failed; undefined when it is not released any more. */
  readonly endRelease: (claim: string, at: string) => Promise<FailedAs | undefined>;
  /** The token of the phone that a claim was made for; undefined when the line has no claim. */
  readonly phoneTokenOf: (claim: string) => Promise<string | undefined>;
  /**
   * Moves an attempt's row one step along the table; false when it is not where that step begins, or is about the
   * line's message on another channel.
   */
  readonly step: (attempt: string, to: LineState, facts: Facts, at: string) => Promise<boolean>;
};

const UNCLAIMED = "attribute_not_exists(claim)";
const MAXIMUM_CONFLICTS = 5;

const failed = (error: unknown): boolean => error instanceof Error && error.name === "ConditionalCheckFailedException";

/** Money to a hundredth of a cent, without what binary fractions add. */
const cents = (brl: number): number => Number(brl.toFixed(4));

const keyed = (claim: string) => ({ claim: typed(claim) });

const lineRow = (line: LineKey, state: LineState, at: string) => ({
  claim: claimKey(line),
  kind: "line",
  tenant_id: line.tenantId,
  offer_date: line.offerDate,
  shopper_id: line.shopperId,
  state,
  updated_at: at,
  day_shard: dayShard(line),
});

/** The ledger in a DynamoDB table. `pause(ms)` separates two tries of a transaction that met another one. */
export function dynamoLedger(db: DynamoDBClient, table: string, pause: (ms: number) => Promise<void>): Ledger {
  async function putIfOpen(line: LineKey, state: "SUPPRESSED" | "EXPIRED", reason: string, at: string) {
    const Item = typedRow({ ...lineRow(line, state, at), reason, attempt: 0 });
    try {
      await db.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: UNCLAIMED }));
      return true;
    } catch (error) {
      if (failed(error)) return false;
      throw error;
    }
  }

  const reopened = reopenedClaims(db, table);
  const released = releasedClaims(db, table);

  /** Undefined when done, else which of the items' conditions failed. */
  async function transact(command: () => TransactWriteItemsCommand): Promise<boolean[] | undefined> {
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        await db.send(command());
        return undefined;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code);
        if (codes.includes("ConditionalCheckFailed")) return codes.map((code) => code === "ConditionalCheckFailed");
        if (!codes.includes("TransactionConflict") || conflicts >= MAXIMUM_CONFLICTS) throw error;
        await pause(20 * 2 ** conflicts);
      }
    }
  }

  return {
    async states(claims) {
      const keys = [...new Set(claims)].map(keyed);
      const rows = await batchGet(db, table, keys, ["claim", "state"], pause);
      return new Map(rows.map(({ claim, state }) => [String(claim), state as LineState]));
    },

    async paidFrom(leaseId, claims) {
      const keys = [...new Set(claims)].map(keyed);
      const rows = await batchGet(db, table, keys, ["lease", "price", "earlier_lease", "earlier_price"], pause);
      const paid = rows.flatMap((row) => [
        ...(row.lease === leaseId ? [Number(row.price ?? 0)] : []),
        ...(row.earlier_lease === leaseId ? [Number(row.earlier_price)] : []),
      ]);
      return paid.reduce((sum, price) => sum + price, 0);
    },

    async claim(claim) {
      const { tenantId, offerDate, shopperId, phoneToken, claimedAt, leaseId } = claim;
      const line = {
        ...lineRow(claim, "CLAIMED", claimedAt),
        channel: claim.channel,
        attempt: 1,
        phone_token: phoneToken,
        price: cents(claim.price),
        lease: leaseId,
        claimed_at: claimedAt,
        text_digest: claim.textDigest,
        open_shard: openShard(claim),
      };
      const phone = {
        claim: phoneKey(tenantId, offerDate, phoneToken),
        kind: "phone",
        tenant_id: tenantId,
        offer_date: offerDate,
        owner: shopperId,
        updated_at: claimedAt,
      };
      const refused = await transact(
        () =>
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { TableName: table, Item: typedRow(line), ConditionExpression: UNCLAIMED } },
              { Put: { TableName: table, Item: typedRow(phone), ConditionExpression: UNCLAIMED } },
            ],
          }),
      );
      if (!refused) return "claimed";
      if (!refused[0]) return "same_phone";
      const again = { ...claim, price: cents(claim.price) };
      return (await reopened.claimAgain(again)) || (await released.claimNext(again)) ? "claimed" : "taken";
    },

    async release(claim) {
      const phone = phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken);
      const ours = {
        ConditionExpression: "#state = :claimed AND claimed_at = :at AND attempt = :first",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: typedRow({ ":claimed": "CLAIMED", ":at": claim.claimedAt, ":first": 1 }),
      };
      const theirs = {
        ConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": typed(claim.shopperId) },
      };
      const refused = await transact(
        () =>
          new TransactWriteItemsCommand({
            TransactItems: [
              { Delete: { TableName: table, Key: keyed(claimKey(claim)), ...ours } },
              { Delete: { TableName: table, Key: keyed(phone), ...theirs } },
            ],
          }),
      );
      return refused === undefined || (await released.releaseNext(claim)) || reopened.releaseAgain(claim);
    },

    suppress: (line, reason, at) => putIfOpen(line, "SUPPRESSED", reason, at),
    expire: (line, reason, at) => putIfOpen(line, "EXPIRED", reason, at),

    async earlierOf(claim) {
      const [row] = await batchGet(db, table, [keyed(claim)], ["state", "channel"], pause);
      const { state, channel } = row ?? {};
      if (state !== "REOPENED" && state !== "RELEASED") return undefined;
      return { state, channel: channel as Channel };
    },

    endRelease: released.endRelease,

    async phoneTokenOf(claim) {
      const request = {
        TableName: table,
        Key: keyed(claim),
        ProjectionExpression: "phone_token",
        ConsistentRead: true,
      };
      return (await db.send(new GetItemCommand(request))).Item?.phone_token?.S;
    },

    async step(attempt, to, { sid, code, price, failedAs }, at) {
      const { claim, channel } = attemptOf(attempt);
      const from = statesBefore(to);
      const sets = { sid, code, price: price === undefined ? undefined : cents(price), failed_as: failedAs };
      const given = Object.entries(sets).filter(([, value]) => value !== undefined);
      const values = {
        ":to": to,
        ":at": at,
        ":channel": channel,
        ...Object.fromEntries(from.map((state, index) => [`:from${index}`, state])),
        ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      };
      const assignments = ["#state = :to", "updated_at = :at", ...given.map(([name]) => `${name} = :${name}`)];
      const moved = await conditionalUpdate(db, table, {
        key: { claim },
        UpdateExpression: `SET ${assignments.join(", ")}${UNSETTLED.includes(to) ? "" : " REMOVE open_shard"}`,
        ConditionExpression: `channel = :channel AND #state IN (${from.map((_, index) => `:from${index}`).join(", ")})`,
        ExpressionAttributeNames: { "#state": "state" },
        values,
      });
      return moved !== undefined;
    },
  };
}
