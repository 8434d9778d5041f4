// What does not fit between one line of the ledger and its messages at Twilio.
import { claimKey } from "../shared/claim-keys";
import { isFinalAtClose, type LineState } from "../shared/line-states";
import type { DayMessage } from "./day-messages";
import { type DayRow, stateText } from "./day-rows";
import type { Finding } from "./reconciliation";

/** States of a line whose message Twilio took. */
export const SENT: ReadonlySet<LineState> = new Set<LineState>(["SENT", "DELIVERED", "UNDELIVERED"]);
/** Statuses of a message that reached nobody: another channel may be tried after it. */
const FAILED: ReadonlySet<string> = new Set(["failed", "undelivered", "canceled"]);

/** A hundredth of a cent absorbs binary fractions. */
const SAME_BRL = 0.00005;

/** Whether a line was ever claimed, as far as the ledger knows. */
export const wasClaimed = ({ state, phoneToken, sid }: DayRow): boolean =>
  (state !== "SUPPRESSED" && state !== "EXPIRED") || phoneToken !== undefined || sid !== undefined;

const areTooMany = (messages: readonly DayMessage[]): boolean =>
  messages.length > new Set(messages.map(({ channel }) => channel)).size ||
  messages.filter(({ status }) => !FAILED.has(status)).length > 1;

/** What a row and its messages come to. */
export type Judged = {
  readonly findings: readonly Finding[];
  /** Messages that failed for good on another of the line's channels, as they may. */
  readonly failedElsewhere: number;
};

/** Judges one row with its messages. */
export function judgeRow(
  offerDate: string,
  row: DayRow,
  matched: readonly DayMessage[],
  pricePerSegmentBrl: number,
): Judged {
  // What failed for good on the channel before is no message of the line's.
  const messages = matched.filter(({ sid, status }) => sid !== row.earlierSid || !FAILED.has(status));
  const earlier = matched.length - messages.length;
  const what = { claim: claimKey({ ...row, offerDate }), state: stateText(row) };
  const findings: Finding[] = [];
  if (!isFinalAtClose(row.state)) findings.push({ kind: "line_not_final", ...what });
  const sent = SENT.has(row.state);
  const own = row.sid === undefined ? messages[0] : messages.find(({ sid }) => sid === row.sid);
  if (sent && !own) findings.push({ kind: "sent_line_without_message", ...what, sid: row.sid });
  if (!sent || !own) {
    for (const { sid, status } of messages) findings.push({ kind: "message_without_sent_line", ...what, sid, status });
    return { findings, failedElsewhere: earlier };
  }
  const tooMany = areTooMany(messages);
  if (tooMany) {
    for (const { sid, status } of messages)
      if (sid !== own.sid) findings.push({ kind: "two_messages", ...what, sid, status });
  }
  // On another channel one may have reached nobody; one that reached the shopper must be known to the row.
  const unknown = messages.filter(
    ({ sid, status }) => sid !== own.sid && sid !== row.earlierSid && !FAILED.has(status),
  );
  if (!tooMany)
    for (const { sid, status } of unknown) findings.push({ kind: "message_without_sent_line", ...what, sid, status });
  if (own.channel === "sms" && row.price !== undefined) {
    const segments = own.segments * pricePerSegmentBrl;
    if (Math.abs(segments - row.price) > SAME_BRL) {
      findings.push({
        kind: "price_differs",
        ...what,
        sid: own.sid,
        brl: { ledger: row.price, segments: Number(segments.toFixed(4)) },
      });
    }
  }
  return { findings, failedElsewhere: earlier + (tooMany ? 0 : messages.length - 1 - unknown.length) };
}
