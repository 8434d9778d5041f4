// What is kept of a rejected event: why, where and whose in the clear, in our own words only, and the event itself
// sealed. Of one that is too large for that, its size and a keyed digest, by which a sender can prove which one it was.
import { createHmac } from "node:crypto";
import type { RejectedEvent } from "./decide-batch";
import { EVENT_BYTES } from "./limits";
import type { Sealer } from "./seal";

/** What the rejected events of a request have in common. */
export type QuarantineContext = {
  readonly tenantId: string;
  /** The contract as it may be named in the clear, from `quarantineName`. */
  readonly contract: string;
  readonly receivedAt: string;
  readonly seal: Sealer;
  /** The chain's token key. */
  readonly key: Buffer;
};

/** The record of a rejected event: one JSON object and a newline. `sent` is the event as it was sent. */
export function quarantineRecord(rejected: RejectedEvent, sent: string, context: QuarantineContext): string {
  const { tenantId, contract, receivedAt, seal, key } = context;
  const bytes = Buffer.byteLength(sent);
  const kept =
    bytes > EVENT_BYTES
      ? { sealed: null, bytes, hmac_sha256: createHmac("sha256", key).update(`event:${sent}`).digest("hex") }
      : { sealed: seal(sent) };
  const record = {
    reason: rejected.code,
    path: rejected.safePath,
    tenant_id: tenantId,
    contract,
    received_at: receivedAt,
    event_id: rejected.eventId,
    ...kept,
  };
  return `${JSON.stringify(record)}\n`;
}

/**
 * `purchase`, `purchase_v2`: the contract as quarantine and logs name it; of a route that leads to none, only what cannot
 * be anybody's data.
 */
export function quarantineName(version: string, name: string, known: boolean): string {
  const safe = known || /^[a-z_]{1,64}$/.test(name) ? name : "?";
  const major = /^v([1-9]\d{0,2})$/.exec(version)?.[1] ?? "?";
  return major === "1" ? safe : `${safe}_v${major}`;
}
