// The held-out shoppers of a chain are the same every day and in every environment: a stable hash decides, so that what
// they buy later can be compared with what the messaged ones buy.
import { createHash } from "node:crypto";

/** Whether a shopper is among the share (0–0.5) of a chain that is kept without a message. A larger share keeps those of a smaller one. */
export function isHeldOut(tenantId: string, shopperId: string, share: number): boolean {
  // Its own words before it: no other hash of the shopper (the ledger's, the parts of OUT) says who is held out.
  const hash = createHash("sha256").update(`hold-out|${tenantId}|${shopperId}`).digest().readUInt32BE(0);
  return hash < share * 2 ** 32;
}
