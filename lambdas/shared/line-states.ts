// A line of OUT moves only along this table, and every writer of the ledger takes its conditions from it:
// a state that the table does not lead to is refused, in code before the write and in the write's own condition.

/** What a line's row may say. `ABSENT` is no row: the line is open and may still be claimed. */
export type LineState =
  | "ABSENT"
  | "CLAIMED"
  | "SENT"
  | "DELIVERED"
  | "UNDELIVERED"
  | "REJECTED"
  | "IN_DOUBT"
  | "REOPENED"
  | "RELEASED"
  | "HELD"
  | "SUPPRESSED"
  | "EXPIRED";

/** Why a line was never meant to be sent. */
export const SUPPRESSION_REASONS = [
  "no_offer",
  "no_phone",
  "bad_phone",
  "no_consent",
  "opted_out",
  "not_allowed",
  "same_phone",
  "hold_out",
  "frequency_cap",
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Why the day closed over a line that nobody claimed. */
export const EXPIRY_REASONS = [
  "file_refused",
  "not_a_sending_day",
  "switch",
  "circuit",
  "budget",
  "window_closed",
] as const;
export type ExpiryReason = (typeof EXPIRY_REASONS)[number];

/**
 * From each state, the states that may follow.
 * CLAIMED → ABSENT is a claim given back: only its own worker does it, and only when Twilio provably took nothing
 * (a 429, a refused credential, a connection never made), so that the line goes on once the cause is gone.
 * REOPENED is a claim whose message Twilio was twice seen not to have, given back where an environment's policy says so:
 * its own shopper may claim it once more, and whatever proves the first message after all ends that.
 * RELEASED is a claim that failed for good on one channel, given to its own shopper for the chain's next channel: it is
 * claimed once more, or ends as it failed.
 * UNDELIVERED → DELIVERED makes receipts a join: a receipt of delivery outranks one of failure whichever comes first.
 */
export const TRANSITIONS: Readonly<Record<LineState, readonly LineState[]>> = {
  ABSENT: ["CLAIMED", "SUPPRESSED", "EXPIRED"],
  CLAIMED: ["SENT", "REJECTED", "RELEASED", "IN_DOUBT", "REOPENED", "HELD", "ABSENT"],
  IN_DOUBT: ["SENT", "REOPENED", "HELD"],
  REOPENED: ["CLAIMED", "SENT", "HELD"],
  RELEASED: ["CLAIMED", "DELIVERED", "UNDELIVERED", "REJECTED"],
  SENT: ["DELIVERED", "UNDELIVERED", "RELEASED"],
  UNDELIVERED: ["DELIVERED"],
  DELIVERED: [],
  REJECTED: [],
  HELD: [],
  SUPPRESSED: [],
  EXPIRED: [],
};

/** States in which it is not known whether a message left, or is about to. */
export const UNSETTLED: readonly LineState[] = ["CLAIMED", "IN_DOUBT"];

/** States in which a line with an earlier attempt may be claimed once more by its own shopper. */
export const GIVEN_BACK: readonly LineState[] = ["REOPENED", "RELEASED"];

/** States that no closing of the day changes. */
export const isFinalAtClose = (state: LineState): boolean =>
  state !== "ABSENT" && !GIVEN_BACK.includes(state) && !UNSETTLED.includes(state);

/** Whether a line may still be claimed, by its row's state or the lack of a row. */
export const isClaimable = (state: LineState | undefined): boolean => state === undefined || GIVEN_BACK.includes(state);

/** Whether the table leads from one state to another in one step. */
export const mayBecome = (from: LineState, to: LineState): boolean => TRANSITIONS[from].includes(to);

/** The states from which `to` may be reached; throws when there is none, since no such write may be made. */
export function statesBefore(to: LineState): LineState[] {
  const before = (Object.keys(TRANSITIONS) as LineState[]).filter((from) => mayBecome(from, to));
  if (before.length === 0) throw new Error(`No line may become ${to}: the transition table leads there from nowhere.`);
  return before;
}
