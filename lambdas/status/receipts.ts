// Receipts repeat, overtake each other and arrive before the sender has stored the SID: each only adds what it proves,
// so that any order of them ends in the same state.
import type { LineState } from "../shared/line-states";

/** Any of Twilio's words on a message proves that it was accepted; the last ones also tell its end. */
const PROVES: ReadonlyMap<string, readonly LineState[]> = new Map<string, readonly LineState[]>([
  ["accepted", ["SENT"]],
  ["scheduled", ["SENT"]],
  ["queued", ["SENT"]],
  ["sending", ["SENT"]],
  ["sent", ["SENT"]],
  ["delivered", ["SENT", "DELIVERED"]],
  ["read", ["SENT", "DELIVERED"]],
  ["undelivered", ["SENT", "UNDELIVERED"]],
  ["failed", ["SENT", "UNDELIVERED"]],
]);

/** The states that a receipt proves, in the order in which a line goes through them; none for an unknown word. */
export const provenBy = (status: string): readonly LineState[] => PROVES.get(status) ?? [];
