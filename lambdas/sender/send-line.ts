// One line, at most one message: what is read is at most two seconds old when the request starts, the claim stands
// before the request, and after the request nothing is ever tried again unless Twilio said it did nothing.
import { claimKey, type LineKey } from "../shared/claim-keys";
import type { Control, Switches } from "../shared/control";
import type { Claim, Ledger } from "../shared/ledger";
import { isOptOutCode } from "../shared/opt-out-codes";
import type { OutLine } from "../shared/out-line";
import type { Stops } from "../shared/stops";
import { type Decision, decideLine, type LeftReason, type SendingRules, type Shopper } from "./decide-line";
import type { SendSms } from "./twilio-messages";

/** What a line's sending reaches out to. Instants are epoch ms. */
export type LinePorts = {
  readonly ledger: Ledger;
  readonly control: Control;
  /** Bars the phone of a shopper of whom Twilio says that they opted out. */
  readonly stop: Stops["stop"];
  readonly readShopper: (line: LineKey) => Promise<Shopper>;
  /** The switches, and the instant at which their reading began. */
  readonly readSwitches: () => Promise<{ readonly switches: Switches; readonly readAt: number }>;
  /** The way to Twilio, its credentials at hand; throws while there are none, which must not cost a claim. */
  readonly twilio: () => Promise<SendSms>;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds until the worker must have stopped. */
  readonly remainingMs: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

/** What an environment says to a sender. */
export type SenderSettings = SendingRules & {
  /** The sender number of a chain, or undefined when it has none. */
  readonly senderOf: (tenantId: string) => string | undefined;
  /** The stage's public URL, without a slash at its end. */
  readonly callbackBaseUrl: string;
};

/** What became of a line: a state of the ledger, left open, somebody else's, or left open with the run to stop. */
export type LineEnd =
  | { readonly kind: "settled"; readonly as: string }
  | { readonly kind: "left"; readonly reason: LeftReason | "phone_changed" }
  | { readonly kind: "taken" }
  | { readonly kind: "stop"; readonly reason: "circuit" | "rate" };

/** Consent and switches are at most this old when a request starts; the design allows 2 s. */
const FRESH_MS = 1_500;
const MAXIMUM_TRIES = 6;
const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 500;
/** How long every sender leaves Twilio alone after it refused the whole account. */
const CIRCUIT_MS = 5 * 60_000;

const instant = (now: number): string => new Date(now).toISOString();

type Look = { readonly shopper: Shopper; readonly switches: Switches; readonly readAt: number };

async function look(line: LineKey, ports: LinePorts): Promise<Look> {
  const startedAt = ports.now();
  const [shopper, { switches, readAt }] = await Promise.all([ports.readShopper(line), ports.readSwitches()]);
  return { shopper, switches, readAt: Math.min(startedAt, readAt) };
}

/** Records or leaves a line that is not to be sent now. */
async function decline(
  line: OutLine,
  decision: Exclude<Decision, { kind: "send" }>,
  ports: LinePorts,
): Promise<LineEnd> {
  if (decision.kind === "leave") return { kind: "left", reason: decision.reason };
  const written = await ports.ledger.suppress(line, decision.reason, instant(ports.now()));
  return written ? { kind: "settled", as: `SUPPRESSED(${decision.reason})` } : { kind: "taken" };
}

/** Takes a line through its decision, its claim, its one request and its record. */
export async function sendLine(line: OutLine, ports: LinePorts, settings: SenderSettings): Promise<LineEnd> {
  const { ledger, control, now } = ports;
  let seen = await look(line, ports);
  const planned = decideLine(line, seen.shopper, seen.switches, settings, now());
  if (planned.kind !== "send") return decline(line, planned, ports);
  const { brl, phoneToken } = planned;
  const from = settings.senderOf(line.tenantId);
  if (from === undefined) throw new Error(`SENDERS names no sender number for ${line.tenantId}.`);
  const sendSms = await ports.twilio();

  if (!(await control.reserve(line.offerDate, brl, seen.switches.dailyBrl))) return { kind: "left", reason: "budget" };
  const claim: Claim = { ...line, phoneToken, price: brl, claimedAt: instant(now()) };
  const claimed = await ledger.claim(claim);
  if (claimed !== "claimed") {
    await control.giveBack(line.offerDate, brl);
    return claimed === "taken" ? { kind: "taken" } : decline(line, { kind: "suppress", reason: "same_phone" }, ports);
  }
  const giveUp = async (): Promise<void> => {
    if (await ledger.release(claim)) await control.giveBack(line.offerDate, brl);
  };

  const statusCallback = `${settings.callbackBaseUrl}/twilio/status/${encodeURIComponent(claimKey(line))}`;
  for (let tries = 1; ; tries += 1) {
    const age = now() - seen.readAt;
    if (age < 0 || age > FRESH_MS) seen = await look(line, ports);
    // Decided again at the moment of sending; this line's money is reserved, so the budget has had its say.
    const decision = decideLine(line, seen.shopper, { ...seen.switches, dailyBrl: Infinity }, settings, now());
    if (decision.kind !== "send" || decision.phoneToken !== phoneToken) {
      await giveUp();
      return decision.kind === "send" ? { kind: "left", reason: "phone_changed" } : decline(line, decision, ports);
    }
    const { to, text, secondsLeft } = decision;
    const outcome = await sendSms({ to, from, text, statusCallback, validitySeconds: secondsLeft });
    if (outcome.kind === "too_many") {
      const wait = Math.min(outcome.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
      const patience = Math.min(ports.remainingMs(), secondsLeft * 1000);
      if (tries < MAXIMUM_TRIES && wait < patience) {
        await ports.pause(wait);
        continue;
      }
      await giveUp();
      return { kind: "stop", reason: "rate" };
    }
    if (outcome.kind === "stop_run") {
      await giveUp();
      await control.openCircuit(outcome.code, instant(now()), now() + CIRCUIT_MS);
      ports.log("circuit_opened", { code: outcome.code });
      return { kind: "stop", reason: "circuit" };
    }
    return settle(claim, outcome, brl, seen.switches.circuitOpen, ports);
  }
}

type Final = Exclude<Awaited<ReturnType<SendSms>>, { kind: "too_many" | "stop_run" }>;

/** Records what Twilio did; a record that cannot be written is healed by the callback, or held at the day's close. */
async function settle(
  claim: Claim,
  outcome: Final,
  brl: number,
  circuitOpen: boolean,
  ports: LinePorts,
): Promise<LineEnd> {
  const { ledger, control } = ports;
  const key = claimKey(claim);
  const at = instant(ports.now());
  try {
    if (outcome.kind === "accepted") {
      await ledger.step(key, "SENT", { sid: outcome.sid }, at);
      if (circuitOpen) await control.closeCircuit(at);
      return { kind: "settled", as: "SENT" };
    }
    if (outcome.kind === "rejected") {
      if (isOptOutCode(outcome.code)) await ports.stop(claim.tenantId, claim.phoneToken, String(outcome.code), at);
      await ledger.step(key, "REJECTED", { code: outcome.code, price: 0 }, at);
      await control.giveBack(claim.offerDate, brl);
      return { kind: "settled", as: `REJECTED(${outcome.code})` };
    }
    await ledger.step(key, "IN_DOUBT", { code: outcome.code }, at);
    return { kind: "settled", as: `IN_DOUBT(${outcome.code})` };
  } catch (error) {
    ports.log("outcome_not_recorded", { claim: key, outcome: outcome.kind, error: errorName(error) });
    return { kind: "settled", as: "CLAIMED" };
  }
}

/** An error's name, never its message: messages may quote what they were given. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "unknown");
