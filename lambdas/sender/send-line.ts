// One line, at most one message: what is read is at most two seconds old when the request starts, the claim stands
// before the request, and after the request nothing is ever tried again unless Twilio said it did nothing.

import type { Channel } from "../shared/channels";
import { letsNextTry } from "../shared/channels";
import type { Circuit } from "../shared/circuit";
import { attemptKey, claimKey, type LineKey } from "../shared/claim-keys";
import type { Switches } from "../shared/control";
import type { Claim, Ledger } from "../shared/ledger";
import { isOptOutCode } from "../shared/opt-out-codes";
import type { OutLine } from "../shared/out-line";
import type { Stops } from "../shared/stops";
import { textDigest } from "../shared/text-digest";
import { PROBE_PAUSE_MS, passage, reportOutcome } from "./circuit-passage";
import { type Decision, decideLine, type LeftReason, type Past, type SendingRules, type Shopper } from "./decide-line";
import type { Gate } from "./gate";
import type { Pace } from "./pace";
import type { Draw, Purse } from "./purse";
import type { SendMessage } from "./twilio-messages";
import type { TwilioOutcome } from "./twilio-outcome";

/** What a line's sending reaches out to. Instants are epoch ms. */
export type LinePorts = {
  readonly ledger: Ledger;
  readonly circuit: Circuit;
  /** The money for the worker's messages. */
  readonly purse: Purse;
  readonly pace: Pace;
  /** Lets so many lines at once from their slot to Twilio's answer, so that no request waits once it was decided. */
  readonly gate: Gate;
  /** Bars the phone of a shopper of whom Twilio says that they opted out. */
  readonly stop: Stops["stop"];
  readonly readShopper: (line: LineKey) => Promise<Shopper>;
  /** The switches, and the instant at which their reading began. */
  readonly readSwitches: () => Promise<{ readonly switches: Switches; readonly readAt: number }>;
  /** The way to Twilio, its credentials at hand; throws while there are none, which must not cost a claim. */
  readonly twilio: () => Promise<SendMessage>;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds until the worker must have stopped. */
  readonly remainingMs: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

/** What an environment says to a sender. */
export type SenderSettings = SendingRules & {
  /** The sender of a chain on a channel, or undefined when it has none. */
  readonly senderOf: (tenantId: string, channel: Channel) => string | undefined;
  /** The stage's public URL, without a slash at its end. */
  readonly callbackBaseUrl: string;
};

/**
 * What became of a line: a state of the ledger, left open, somebody else's, left open with the run to stop, or not
 * begun because the worker's time does not suffice.
 */
export type LineEnd =
  | { readonly kind: "settled"; readonly as: string }
  | { readonly kind: "left"; readonly reason: LeftReason | "shopper_changed" }
  | { readonly kind: "taken" }
  | { readonly kind: "not_begun" }
  | { readonly kind: "stop"; readonly reason: "circuit" | "rate" };

/** Consent and switches are at most this old when a request starts; the design allows 2 s. */
const FRESH_MS = 1_500;
const MAXIMUM_TRIES = 6;
const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 500;

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
  past: Past,
  decision: Exclude<Decision, { kind: "send" }>,
  ports: LinePorts,
): Promise<LineEnd> {
  if (decision.kind === "leave") {
    if (decision.reason === "budget") await ports.purse.noteRefusal();
    return { kind: "left", reason: decision.reason };
  }
  if (past.earlier) {
    // A message of it failed for good, or is in doubt: that, and not this reason, is what became of the line.
    const ended = await ports.ledger.endRelease(claimKey(line), instant(ports.now()));
    return ended ? { kind: "settled", as: ended } : { kind: "taken" };
  }
  const written = await ports.ledger.suppress(line, decision.reason, instant(ports.now()));
  return written ? { kind: "settled", as: `SUPPRESSED(${decision.reason})` } : { kind: "taken" };
}

/** A line that may be sent now, and the number of the probe that it is while the circuit is open. */
type Found = {
  readonly kind: "found";
  readonly seen: Look;
  readonly planned: Extract<Decision, { kind: "send" }>;
  readonly probe: number | undefined;
};

/** Looks at a line until it may go, or shall not. */
async function approach(
  line: OutLine,
  past: Past,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<Found | LineEnd> {
  for (let waited = 0; ; waited += 1) {
    const seen = await look(line, ports);
    const planned = decideLine(line, past, seen.shopper, { ...seen.switches, circuitUntil: 0 }, settings, ports.now());
    if (planned.kind !== "send") return decline(line, past, planned, ports);
    const pass = await passage(seen.switches, ports.circuit, ports.now(), waited);
    if (pass.kind === "leave") return { kind: "left", reason: "circuit" };
    if (pass.kind === "go") return { kind: "found", seen, planned, probe: pass.probe };
    await ports.pause(PROBE_PAUSE_MS);
  }
}

/** Takes a line through its decision, its claim, its one request and its record, channel by channel. */
export async function sendLine(
  line: OutLine,
  past: Past,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<LineEnd> {
  for (let before = past; ; ) {
    const end = await tryLine(line, before, ports, settings);
    if (end.kind !== "released") return end;
    before = { ...past, earlier: { state: "RELEASED", channel: end.channel } };
  }
}

/** A line whose message failed for good on a channel that another one follows. */
type Released = { readonly kind: "released"; readonly channel: Channel };

async function tryLine(
  line: OutLine,
  past: Past,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<LineEnd | Released> {
  const found = await approach(line, past, ports, settings);
  if (found.kind !== "found") return found;
  const { end, outcome } = await sendFound(line, past, found, ports, settings);
  const { circuitRefusals } = found.seen.switches;
  const open = await reportOutcome(outcome, found.probe, circuitRefusals, ports.circuit, ports.now());
  if (outcome?.kind !== "stop_run" || end.kind === "released") return end;
  ports.log(open ? "circuit_opened" : "account_refused", { code: outcome.code });
  return open ? { kind: "stop", reason: "circuit" } : end;
}

/** How a line ended, and what Twilio answered when it was asked. */
type Sent = { readonly end: LineEnd | Released; readonly outcome?: TwilioOutcome };

type Final = Exclude<TwilioOutcome, { kind: "too_many" | "stop_run" }>;

/** A claim that was asked of Twilio, whose answer is to be recorded. */
type Asked = { readonly claim: Claim; readonly draw: Draw; readonly outcome: Final };

async function sendFound(
  line: OutLine,
  past: Past,
  found: Found,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<Sent> {
  const { channel } = found.planned.content;
  const from = settings.senderOf(line.tenantId, channel);
  if (from === undefined) throw new Error(`There is no sender of ${line.tenantId} for ${channel}.`);
  const send = await ports.twilio();
  const draw = await ports.purse.draw(found.planned.brl, found.seen.switches.dailyBrl);
  if (!draw) return { end: { kind: "left", reason: "budget" } };
  const sent = await ports.gate(() => ask(line, past, found, { from, send, draw }, ports, settings));
  if ("end" in sent) return sent;
  return { end: await settle(sent, ports, settings), outcome: sent.outcome };
}

type Means = { readonly from: string; readonly send: SendMessage; readonly draw: Draw };

/** Waits for a slot, claims the line and asks Twilio. */
async function ask(
  line: OutLine,
  past: Past,
  found: Found,
  { from, send, draw }: Means,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<Sent | Asked> {
  const { ledger, now } = ports;
  let { seen } = found;
  const { brl, phoneToken, content } = found.planned;
  const { channel } = content;
  if (!(await ports.pace.slot(from))) {
    draw.giveBack();
    return { end: { kind: "not_begun" } };
  }
  // From here on the draw stays open wherever the ledger's answer is missing.
  const paid = { price: brl, leaseId: draw.leaseId };
  // What WhatsApp makes of a template is not known to the letter.
  const known = content.channel === "sms" ? { textDigest: textDigest(content.text) } : {};
  const claim: Claim = { ...line, ...paid, channel, phoneToken, claimedAt: instant(now()), ...known };
  const claimed = await ledger.claim(claim);
  if (claimed !== "claimed") {
    draw.giveBack();
    if (claimed === "taken") return { end: { kind: "taken" } };
    return { end: await decline(line, past, { kind: "suppress", reason: "same_phone" }, ports) };
  }
  const giveUp = async (): Promise<void> => {
    if (await ledger.release(claim)) draw.giveBack();
    else draw.keep();
  };

  const statusCallback = `${settings.callbackBaseUrl}/twilio/status/${encodeURIComponent(attemptKey(line, channel))}`;
  for (let tries = 1; ; tries += 1) {
    const age = now() - seen.readAt;
    if (age < 0 || age > FRESH_MS) seen = await look(line, ports);
    // Decided again at the moment of sending; the circuit has had its say when this line is its probe.
    const passed = found.probe === undefined ? {} : { circuitUntil: 0 };
    const decision = decideLine(line, past, seen.shopper, { ...seen.switches, ...passed }, settings, now());
    const same = decision.kind === "send" && decision.phoneToken === phoneToken && decision.content.channel === channel;
    if (!same) {
      await giveUp();
      // Another phone, or consent withdrawn for this channel and not for the next: the line is looked at anew.
      if (decision.kind === "send") return { end: { kind: "left", reason: "shopper_changed" } };
      return { end: await decline(line, past, decision, ports) };
    }
    const { to, secondsLeft } = decision;
    const outcome = await send({ ...decision.content, to, from, statusCallback, validitySeconds: secondsLeft });
    if (outcome.kind === "too_many") {
      const wait = Math.min(outcome.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
      const patience = Math.min(ports.remainingMs(), secondsLeft * 1000);
      if (tries < MAXIMUM_TRIES && wait < patience) {
        await ports.pause(wait);
        if (await ports.pace.slot(from)) continue;
      }
      await giveUp();
      return { end: { kind: "stop", reason: "rate" }, outcome };
    }
    if (outcome.kind === "stop_run") {
      await giveUp();
      return { end: { kind: "left", reason: "circuit" }, outcome };
    }
    return { claim, draw, outcome };
  }
}

/** Records what Twilio did; a record that cannot be written is healed by the callback, or held at the day's close. */
async function settle(
  { claim, draw, outcome }: Asked,
  ports: LinePorts,
  settings: SenderSettings,
): Promise<LineEnd | Released> {
  const { ledger } = ports;
  const { channel } = claim;
  const key = attemptKey(claim, channel);
  const at = instant(ports.now());
  try {
    if (outcome.kind !== "rejected") draw.keep();
    if (outcome.kind === "accepted") {
      await ledger.step(key, "SENT", { sid: outcome.sid }, at);
      return { kind: "settled", as: "SENT" };
    }
    if (outcome.kind === "rejected") {
      if (isOptOutCode(outcome.code)) await ports.stop(claim.tenantId, claim.phoneToken, String(outcome.code), at);
      const { code } = outcome;
      const released = letsNextTry(settings.channelsOf(claim.tenantId), channel, code);
      const facts = { code, price: 0, ...(released ? { failedAs: "REJECTED" as const } : {}) };
      const moved = await ledger.step(key, released ? "RELEASED" : "REJECTED", facts, at);
      if (moved) draw.giveBack();
      else draw.keep();
      if (released && moved) return { kind: "released", channel };
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
