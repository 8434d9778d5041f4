// The ledger in memory for tests of sending: what DynamoDB's conditions do, done at once.
import type { Channel } from "../shared/channels";
import { attemptOf, claimKey, type LineKey, phoneKey } from "../shared/claim-keys";
import type { Ledger } from "../shared/ledger";
import { type LineState, mayBecome } from "../shared/line-states";
import type { FailedAs } from "../shared/released-claims";

/** A row of the ledger in memory. */
export type MemoryRow = {
  state?: LineState;
  owner?: string;
  reason?: string;
  sid?: string;
  claimedAt?: string;
  attempt?: number;
  phoneToken?: string;
  price?: number;
  lease?: string;
  channel?: Channel;
  failedAs?: FailedAs;
  /** The attempt on the channel before. */
  earlier?: { readonly channel: Channel; readonly price: number; readonly lease: string; readonly sid?: string };
};

/** The ledger over such rows. */
export function memoryLedger({ rows }: { readonly rows: Map<string, MemoryRow> }): Ledger {
  const put = (line: LineKey, state: LineState, reason: string): boolean => {
    if (rows.has(claimKey(line))) return false;
    rows.set(claimKey(line), { state, reason });
    return true;
  };
  return {
    async states(claims) {
      const found = claims.filter((claim) => rows.has(claim));
      return new Map(found.map((claim) => [claim, rows.get(claim)!.state!]));
    },
    async claim(claim) {
      const phone = phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken);
      const row = rows.get(claimKey(claim));
      const { channel, claimedAt, phoneToken, price, leaseId } = claim;
      const again = { state: "CLAIMED", claimedAt, attempt: (row?.attempt ?? 1) + 1 } as const;
      if (row?.state === "REOPENED" && row.phoneToken === phoneToken && row.channel === channel) {
        Object.assign(row, again);
        return "claimed";
      }
      if (row?.state === "RELEASED" && row.phoneToken === phoneToken && row.channel !== channel) {
        const earlier = { channel: row.channel!, price: row.price!, lease: row.lease!, sid: row.sid };
        Object.assign(row, { ...again, channel, price, lease: leaseId, sid: undefined, earlier });
        return "claimed";
      }
      if (row) return "taken";
      if (rows.has(phone)) return "same_phone";
      rows.set(claimKey(claim), { state: "CLAIMED", channel, claimedAt, phoneToken, price, lease: leaseId });
      rows.set(phone, { owner: claim.shopperId });
      return "claimed";
    },
    async release(claim) {
      const row = rows.get(claimKey(claim));
      if (row?.state !== "CLAIMED" || row.claimedAt !== claim.claimedAt) return false;
      if (row.earlier) {
        Object.assign(row, { state: "RELEASED", ...row.earlier, earlier: undefined });
        return true;
      }
      if ((row.attempt ?? 1) > 1) {
        row.state = "REOPENED";
        return true;
      }
      rows.delete(claimKey(claim));
      rows.delete(phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken));
      return true;
    },
    suppress: async (line, reason) => put(line, "SUPPRESSED", reason),
    expire: async (line, reason) => put(line, "EXPIRED", reason),
    phoneTokenOf: async (claim) => rows.get(claim)?.phoneToken,
    async earlierOf(claim) {
      const { state, channel = "sms" } = rows.get(claim) ?? {};
      return state === "REOPENED" || state === "RELEASED" ? { state, channel } : undefined;
    },
    async endRelease(claim) {
      const row = rows.get(claim);
      if (row?.state !== "RELEASED") return undefined;
      row.state = row.failedAs;
      return row.failedAs;
    },
    async paidFrom(leaseId, claims) {
      const attempts = claims.map((claim) => rows.get(claim)).flatMap((row) => [row, row?.earlier]);
      const paid = attempts.filter((attempt) => attempt?.lease === leaseId);
      return paid.reduce((sum, attempt) => sum + (attempt?.price ?? 0), 0);
    },
    async step(attempt, to, { sid, price, failedAs }) {
      const { claim, channel } = attemptOf(attempt);
      const row = rows.get(claim);
      if (!row?.state || (row.channel ?? "sms") !== channel || !mayBecome(row.state, to)) return false;
      row.state = to;
      if (sid) row.sid = sid;
      if (price !== undefined) row.price = price;
      if (failedAs) row.failedAs = failedAs;
      return true;
    },
  };
}
