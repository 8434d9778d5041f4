// Settles what nobody knows the end of: a message that Twilio has is reported as its callback would have, what Twilio
// was twice seen not to have is held or given back, and what cannot be told stays for its callback or the day's close.
import type { Channel } from "../shared/channels";
import { attemptKey, claimKey, type LineKey } from "../shared/claim-keys";
import { canonicalPhone, phoneForms } from "../shared/phone";
import type { Receipt } from "../shared/status-message";
import type { Person } from "../shared/vault";
import {
  dueAt,
  GRACE_MS,
  type InDoubtPolicy,
  type Match,
  matchClaim,
  type OpenClaim,
  type SenderOfChain,
  type SentMessage,
  stepAfter,
} from "./judge-claim";
import type { OpenClaims } from "./open-claims";
import { LookupFailed, type SentTo } from "./sent-messages";

/** What sweeping reaches out to. Instants are epoch ms. */
export type SweepPorts = {
  readonly claims: OpenClaims;
  readonly personOf: (line: LineKey) => Promise<Pick<Person, "phone" | "phoneToken">>;
  readonly sentTo: SentTo;
  /** Queues what was found as if its callback had come. */
  readonly report: (receipt: Receipt) => Promise<void>;
  readonly now: () => number;
  /** Milliseconds until the worker must have stopped. */
  readonly remainingMs: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

/** What an environment says to the sweeper. */
export type SweepSettings = {
  readonly senderOf: (tenantId: string, channel: Channel) => SenderOfChain | undefined;
  readonly policy: InDoubtPolicy;
  /** How long a worker may be at work on a claim. */
  readonly workerMs: number;
};

/** What became of a claim in one run. */
export type SweepEnd = "waiting" | "found" | "missing" | "held" | "reopened" | "unclear" | "overtaken" | "unread";

const CLAIMS_IN_FLIGHT = 8;
const STOP_BEFORE_MS = 20_000;
/** Lookups that fail in a row before the run is given up: the next one tries again. */
const MAXIMUM_FAILURES = 5;
/** A status that Twilio's callbacks do not know still proves that it took the message. */
const ACCEPTED = "accepted";
const CANCELED = "canceled";

async function lookUp(claim: OpenClaim, { personOf, sentTo }: SweepPorts, settings: SweepSettings): Promise<Match> {
  const sender = settings.senderOf(claim.tenantId, claim.channel);
  const { phone, phoneToken } = await personOf(claim);
  // Without the phone that the claim was made for, there is nothing to ask by.
  if (sender === undefined || phone === undefined || phoneToken !== claim.phoneToken) return { kind: "unclear" };
  const forms = new Set([canonicalPhone(phone), ...phoneForms(phone)]);
  const sent: SentMessage[] = [];
  for (const form of forms) sent.push(...(await sentTo(form, claim.channel)));
  return matchClaim(claim, sent, sender, settings.workerMs);
}

async function settle(claim: OpenClaim, ports: SweepPorts, settings: SweepSettings): Promise<SweepEnd> {
  if (ports.now() < dueAt(claim, settings.workerMs)) return "waiting";
  const match = await lookUp(claim, ports, settings);
  const now = ports.now();
  const step = stepAfter(claim, match, settings.policy);
  if (match.kind === "found") {
    const { sid, status, code } = match.message;
    const said = status === CANCELED ? ACCEPTED : status;
    await ports.report({
      kind: "receipt",
      claim: attemptKey(claim, claim.channel),
      sid,
      status: said,
      code,
      at: new Date(now).toISOString(),
    });
    return "found";
  }
  if (step === "note") return (await ports.claims.noteLook(claim, now)) ? "missing" : "overtaken";
  if (step === "hold") return (await ports.claims.end(claim, "HELD", now)) ? "held" : "overtaken";
  if (step === "reopen") return (await ports.claims.end(claim, "REOPENED", now)) ? "reopened" : "overtaken";
  return "unclear";
}

/** Sweeps a day; returns how many claims ended how. Throws LookupFailed when Twilio's list cannot be read. */
export async function sweepDay(
  offerDate: string,
  ports: SweepPorts,
  settings: SweepSettings,
): Promise<Map<SweepEnd, number>> {
  const ends = new Map<SweepEnd, number>();
  const count = (end: SweepEnd): void => void ends.set(end, (ends.get(end) ?? 0) + 1);
  const claims = ports.claims.before(offerDate, ports.now() - GRACE_MS)[Symbol.asyncIterator]();
  let failures = 0;
  let failure: LookupFailed | undefined;

  async function worker(): Promise<void> {
    while (!failure && ports.remainingMs() > STOP_BEFORE_MS) {
      const next = await claims.next();
      if (next.done) return;
      try {
        count(await settle(next.value, ports, settings));
        failures = 0;
      } catch (error) {
        if (!(error instanceof LookupFailed)) throw error;
        count("unread");
        failures += 1;
        ports.log("lookup_failed", { claim: claimKey(next.value), why: error.message });
        if (failures >= MAXIMUM_FAILURES) failure = error;
      }
    }
  }
  await Promise.all(Array.from({ length: CLAIMS_IN_FLIGHT }, worker));
  if (failure) throw failure;
  return ends;
}
