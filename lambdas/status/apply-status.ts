// One message of the status queue, applied as often as it comes: a receipt moves its line along the table or not at
// all, and of a shopper's words the newest stands. A receipt that refuses the account tells the circuit too.

import type { Channel } from "../shared/channels";
import { letsNextTry } from "../shared/channels";
import { type Circuit, isAccountCode } from "../shared/circuit";
import { attemptOf, parseClaim } from "../shared/claim-keys";
import type { Ledger } from "../shared/ledger";
import type { LineState } from "../shared/line-states";
import { isOptOutCode } from "../shared/opt-out-codes";
import type { Receipt, StatusMessage } from "../shared/status-message";
import type { Stops } from "../shared/stops";
import { provenBy } from "./receipts";

/** What applying reaches out to. */
export type StatusPorts = {
  readonly ledger: Pick<Ledger, "step" | "phoneTokenOf">;
  readonly stops: Pick<Stops, "stop" | "lift">;
  readonly circuit: Pick<Circuit, "refuse">;
  /** The channels of a chain, in the order in which they are tried. */
  readonly channelsOf: (tenantId: string) => readonly Channel[];
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

/** Whoever the carrier or WhatsApp says has opted out is messaged no more by that chain. */
async function stopByCode({ claim: attempt, code, at }: Receipt, { ledger, stops }: StatusPorts): Promise<void> {
  const { claim } = attemptOf(attempt);
  const line = parseClaim(claim);
  if (code === null || !isOptOutCode(code) || !line) return;
  const phoneToken = await ledger.phoneTokenOf(claim);
  if (phoneToken !== undefined) await stops.stop(line.tenantId, phoneToken, String(code), at);
}

/**
 * Twilio took the message and then refused the account: the line is UNDELIVERED, because a second message might be one
 * too many, and the refusal counts once, with the receipt that moved the line.
 */
async function tellCircuit({ code, at }: Receipt, { circuit, log }: StatusPorts): Promise<void> {
  if (code === null || !isAccountCode(code)) return;
  const open = await circuit.refuse("receipt", String(code), Date.parse(at));
  log(open ? "circuit_opened" : "account_refused", { code });
}

/** A failure that lets the chain's next channel try releases the line instead of ending it. */
function endOf(state: LineState, { claim, code }: Receipt, channelsOf: StatusPorts["channelsOf"]): LineState {
  if (state !== "UNDELIVERED") return state;
  const attempt = attemptOf(claim);
  const tenantId = parseClaim(attempt.claim)?.tenantId;
  const released = tenantId !== undefined && letsNextTry(channelsOf(tenantId), attempt.channel, code);
  return released ? "RELEASED" : state;
}

/** What a message came to: the last state it moved its line to, `opted_out`, `opted_in`, or `nothing_new`. */
export async function applyStatus(message: StatusMessage, ports: StatusPorts): Promise<string> {
  if (message.kind !== "receipt") {
    const { kind, tenantId, phoneToken, word, at } = message;
    const write = kind === "opt_out" ? ports.stops.stop : ports.stops.lift;
    if (!(await write(tenantId, phoneToken, word, at))) return "nothing_new";
    return kind === "opt_out" ? "opted_out" : "opted_in";
  }
  await stopByCode(message, ports);
  let reached = "nothing_new";
  for (const proven of provenBy(message.status)) {
    const state = endOf(proven, message, ports.channelsOf);
    const code = proven === "UNDELIVERED" && message.code !== null ? { code: message.code } : {};
    const failed = state === "RELEASED" ? { failedAs: "UNDELIVERED" as const } : {};
    const facts = { sid: message.sid, ...code, ...failed };
    if (await ports.ledger.step(message.claim, state, facts, message.at)) reached = state;
  }
  if (reached === "UNDELIVERED") await tellCircuit(message, ports);
  return reached;
}
