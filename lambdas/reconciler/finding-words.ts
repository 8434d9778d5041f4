// What does not fit in words, the same in the command's table, on the day's page and in docs/operations.md.
import type { FindingKind } from "./reconciliation";

/** How a kind of finding is told. */
export type FindingWords = {
  readonly name: string;
  /** After a number of them. */
  readonly counted: string;
  readonly means: string;
  /** What to do first; code stands between backticks. */
  readonly first: string;
};

/** Every kind in words. */
export const FINDING_WORDS: Readonly<Record<FindingKind, FindingWords>> = {
  line_without_row: {
    name: "line without a row",
    counted: "lines of OUT have no row in the ledger",
    means: "the closer did not end",
    first: "call `closer` with the day",
  },
  row_without_line: {
    name: "row without a line",
    counted: "rows of the ledger are of no line of OUT",
    means: "OUT was replaced after it was planned",
    first: "compare the file's versions",
  },
  row_of_refused_file: {
    name: "row of a refused file",
    counted: "rows are of a refused file and say something else",
    means: "lines were sent and the file changed later",
    first: "restore the version that the planner verified",
  },
  line_not_final: {
    name: "line not settled",
    counted: "lines are not settled: was the day closed?",
    means: "the day is not closed",
    first: "call `closer` with the day",
  },
  sent_line_without_message: {
    name: "sent line without a message",
    counted: "lines were sent, and Twilio has no such message",
    means: "Twilio answered, and lists no such message",
    first: "ask Twilio for the SID; do not send again",
  },
  message_without_sent_line: {
    name: "message without a sent line",
    counted: "messages are at Twilio whose line was not sent",
    means: "a message left and the ledger does not say so, as when an answer and all receipts were lost",
    first: "the shopper has it: never send it by hand",
  },
  two_messages: {
    name: "two messages",
    counted: "messages are one too many for their line",
    means: "a shopper got two",
    first: "stop all sending, keep the log of the day",
  },
  price_differs: {
    name: "price differs",
    counted: "prices are not what the message's segments cost",
    means: "Twilio counted other segments than we did",
    first: "`npm run preview`; is the price of the environment the contract's?",
  },
};
