// What is to be done with a claim that is not settled, from what was read and nothing else. Twilio's list proves a
// message that is in it; that one is missing proves little, since nobody promises how soon the list is whole: so it is
// asked twice, each time after a grace period, and what stays missing is held unless the environment says otherwise.
import type { Channel } from "../shared/channels";
import type { LineKey } from "../shared/claim-keys";

/** A claim of which it is not known whether its message left. Instants are epoch ms. */
export type OpenClaim = LineKey & {
  /** IN_DOUBT: Twilio's answer was none. CLAIMED: whoever claimed it is working on it, or died. */
  readonly state: "CLAIMED" | "IN_DOUBT";
  readonly attempt: number;
  readonly channel: Channel;
  readonly phoneToken: string;
  /** As the row has it, RFC 3339: it tells this claim from a later one of the line. */
  readonly claimedAt: string;
  /** When the line was claimed first. */
  readonly firstClaimedMs: number;
  readonly updatedMs: number;
  /** Digest of the message's text; absent where only Twilio knows the text. */
  readonly textDigest?: string;
  /** When Twilio's list was first seen to have no such message. */
  readonly lookedMs?: number;
};

/** A message that the account sent, as Twilio's list has it. */
export type SentMessage = {
  readonly sid: string;
  readonly status: string;
  readonly code: number | null;
  /** The number or Messaging Service that it left by. */
  readonly senders: readonly string[];
  /** Epoch ms, to the second. */
  readonly createdMs: number;
  /** Undefined when the text was taken out of Twilio's log. */
  readonly textDigest: string | undefined;
};

/** How a chain's messages are known among others. */
export type SenderOfChain = {
  readonly sender: string;
  /** Another chain sends by the same one. */
  readonly shared: boolean;
};

/** The sender of a chain, of those by chain with one for `*`; undefined when it has none. */
export function senderOfChain(senders: ReadonlyMap<string, string>, tenantId: string): SenderOfChain | undefined {
  const sender = senders.get(tenantId) ?? senders.get("*");
  if (sender === undefined) return undefined;
  const shared = !senders.has(tenantId) || [...senders.values()].filter((each) => each === sender).length > 1;
  return { sender, shared };
}

/** What the list says: this message and no other, none, or something that could be it or not. */
export type Match =
  | { readonly kind: "found"; readonly message: SentMessage }
  | { readonly kind: "none" }
  | { readonly kind: "unclear" };

/** What becomes of a claim whose message is not found: it ends, or its line may be claimed once more. */
export type InDoubtPolicy = "hold" | "resend";

/** How long nothing is asked after a claim's last sign of life, and again after a first look that found nothing. */
export const GRACE_MS = 10 * 60_000;
/** Twilio's instants are whole seconds, and the clocks are two. */
const CLOCKS_APART_MS = 60_000;

/** The instant from which a claim is looked up; its worker is gone `workerMs` after it claimed, if not before. */
export function dueAt({ state, claimedAt, updatedMs, lookedMs }: OpenClaim, workerMs: number): number {
  const lastSign = state === "CLAIMED" ? Date.parse(claimedAt) + workerMs : updatedMs;
  return Math.max(lastSign, lookedMs ?? 0) + GRACE_MS;
}

/** Looks for a claim's message among all that were sent to its phone. */
export function matchClaim(
  claim: OpenClaim,
  sent: readonly SentMessage[],
  { sender, shared }: SenderOfChain,
  workerMs: number,
): Match {
  const from = claim.firstClaimedMs - CLOCKS_APART_MS;
  const until = Date.parse(claim.claimedAt) + workerMs + GRACE_MS;
  const own = sent.filter(
    ({ createdMs, senders }) => createdMs >= from && createdMs <= until && senders.includes(sender),
  );
  if (own.length === 0) return { kind: "none" };
  // Without a text to compare by, a message is this claim's only where the chain sends alone and sent one: a phone has
  // one message of a chain a day.
  const known = claim.textDigest === undefined ? (shared ? [] : own) : own.filter(isOf(claim.textDigest));
  const [message, ...others] = known;
  if (message) return others.length === 0 ? { kind: "found", message } : { kind: "unclear" };
  const legible = claim.textDigest !== undefined && own.every(({ textDigest }) => textDigest !== undefined);
  return { kind: legible ? "none" : "unclear" };
}

const isOf =
  (digest: string) =>
  ({ textDigest }: SentMessage): boolean =>
    textDigest === digest;

/** What to do about a match; only a first attempt is ever given back. */
export type Step = "report" | "note" | "hold" | "reopen" | "leave";

/** The step that follows. What is unclear is left: a callback may still settle it, and the day's close holds it. */
export function stepAfter(claim: OpenClaim, match: Match, policy: InDoubtPolicy): Step {
  if (match.kind === "found") return "report";
  if (match.kind === "unclear") return "leave";
  if (claim.lookedMs === undefined) return "note";
  return policy === "resend" && claim.attempt === 1 ? "reopen" : "hold";
}
