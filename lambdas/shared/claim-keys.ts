// One spelling of the ledger's keys: whoever speaks of a line or of a phone's day says it with these.
import { createHash } from "node:crypto";
import type { Channel } from "./channels";

/** Index partitions of one chain's day, so that no single one takes the whole day's writes. */
export const DAY_SHARDS = 16;

const CLAIM = /^([a-z0-9-]{1,32})\|(\d{4}-\d{2}-\d{2})\|([0-9a-f]{64})$/;

/** A line of OUT by its identity: chain, day, shopper. */
export type LineKey = { readonly tenantId: string; readonly offerDate: string; readonly shopperId: string };

/** The ledger key of a line. */
export const claimKey = ({ tenantId, offerDate, shopperId }: LineKey): string =>
  `${tenantId}|${offerDate}|${shopperId}`;

/** The ledger key under which one phone has at most one owner a day in a chain. */
export const phoneKey = (tenantId: string, offerDate: string, phoneToken: string): string =>
  `${tenantId}|${offerDate}|phone|${phoneToken}`;

/**
 * A line's message on one channel, as its callback names it: a channel has at most one message of a line, so that what
 * is said of the first cannot be taken for what became of the second.
 */
export const attemptKey = (line: LineKey, channel: Channel): string =>
  channel === "sms" ? claimKey(line) : `${claimKey(line)}|${channel}`;

/** The claim and the channel of an attempt. */
export function attemptOf(attempt: string): { readonly claim: string; readonly channel: Channel } {
  const ending = "|whatsapp";
  if (attempt.endsWith(ending)) return { claim: attempt.slice(0, -ending.length), channel: "whatsapp" };
  return { claim: attempt, channel: "sms" };
}

/** The line that a claim names, or undefined when the text is no claim of ours. */
export function parseClaim(claim: string): LineKey | undefined {
  const parts = CLAIM.exec(claim);
  return parts ? { tenantId: parts[1]!, offerDate: parts[2]!, shopperId: parts[3]! } : undefined;
}

/** One of the index partitions of a chain's day: 0 to DAY_SHARDS - 1. */
export const dayShardOf = (tenantId: string, offerDate: string, shard: number): string =>
  `${offerDate}#${tenantId}#${shard}`;

/** The day's index partition of a line: a stable hash of the shopper. */
export function dayShard({ tenantId, offerDate, shopperId }: LineKey): string {
  const hash = createHash("sha256").update(shopperId).digest().readUInt32BE(0);
  return dayShardOf(tenantId, offerDate, hash % DAY_SHARDS);
}

/** One of the index partitions of a day's claims that are not settled, all chains together: 0 to DAY_SHARDS - 1. */
export const openShardOf = (offerDate: string, shard: number): string => `${offerDate}#open#${shard}`;

/** The index partition of a claim while it is not settled. */
export function openShard({ offerDate, tenantId, shopperId }: LineKey): string {
  const hash = createHash("sha256").update(`${tenantId}|${shopperId}`).digest().readUInt32BE(0);
  return openShardOf(offerDate, hash % DAY_SHARDS);
}
