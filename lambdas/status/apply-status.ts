// One message of the status queue, applied as often as it comes: a receipt moves its line along the table or not at
// all, an opt-out is written once and stands.
import type { Ledger } from "../shared/ledger";
import type { StatusMessage } from "../shared/status-message";
import { provenBy } from "./receipts";

/** What applying reaches out to. */
export type StatusPorts = {
  readonly ledger: Pick<Ledger, "step">;
  /** Writes that a phone is out of a chain's messages; false when it was before. */
  readonly stop: (tenantId: string, phoneToken: string, word: string, at: string) => Promise<boolean>;
};

/** What a message came to: the last state it moved its line to, `opted_out`, or `nothing_new`. */
export async function applyStatus(message: StatusMessage, ports: StatusPorts): Promise<string> {
  if (message.kind === "opt_out") {
    const { tenantId, phoneToken, word, at } = message;
    return (await ports.stop(tenantId, phoneToken, word, at)) ? "opted_out" : "nothing_new";
  }
  let reached = "nothing_new";
  for (const state of provenBy(message.status)) {
    const code = state === "UNDELIVERED" && message.code !== null ? { code: message.code } : {};
    if (await ports.ledger.step(message.claim, state, { sid: message.sid, ...code }, message.at)) reached = state;
  }
  return reached;
}
