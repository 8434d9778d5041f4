// What the planner puts on the queue and the sender takes from it: a place in a verified file, and nothing about a
// shopper. A message that is not such a shard is named as foreign.
import { createHash } from "node:crypto";
import type { ByteRange } from "./byte-lines";

/** A part of one verified OUT file, by bytes; the ETag pins the version that was verified. */
export type Shard = ByteRange & {
  readonly shardId: string;
  readonly tenantId: string;
  readonly offerDate: string;
  readonly key: string;
  readonly etag: string;
};

/** A queue message is not one of ours. */
export class ForeignMessage extends Error {
  override readonly name = "ForeignMessage";
}

/** The same cut of the same bytes has the same id, whoever plans it and how often. */
export const shardId = (key: string, etag: string, { start, end }: ByteRange): string =>
  createHash("sha256").update(`${key}|${etag}|${start}|${end}`).digest("hex").slice(0, 32);

/** The queue message of a shard. */
export const shardMessage = (shard: Shard): string =>
  JSON.stringify({
    version: 1,
    shard_id: shard.shardId,
    tenant_id: shard.tenantId,
    offer_date: shard.offerDate,
    key: shard.key,
    etag: shard.etag,
    start: shard.start,
    end: shard.end,
  });

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The shard of a queue message; throws ForeignMessage when it is none of ours. */
export function readShard(body: string): Shard {
  let message: Record<string, unknown> = {};
  try {
    message = Object(JSON.parse(body));
  } catch {}
  const { version, shard_id, tenant_id, offer_date, key, etag, start, end } = message;
  const texts = [shard_id, tenant_id, offer_date, key, etag];
  const inPlace = String(key).startsWith(`data_output/${offer_date}/`);
  const ordered = isOffset(start) && isOffset(end) && start < end;
  if (version !== 1 || !texts.every((text) => typeof text === "string") || !inPlace || !ordered) {
    throw new ForeignMessage("A message of the send queue is not a shard of version 1.");
  }
  return {
    shardId: String(shard_id),
    tenantId: String(tenant_id),
    offerDate: String(offer_date),
    key: String(key),
    etag: String(etag),
    start,
    end,
  };
}
