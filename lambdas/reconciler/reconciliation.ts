// What a day's reconciliation found: counts that people can add up, and what does not fit, named by claim and never by
// a phone.

/** What may not fit, in the order in which it is told. */
export const FINDINGS = [
  /** A line of a published file has no row in the ledger. */
  "line_without_row",
  /** A row is of no published line. */
  "row_without_line",
  /** A line of a refused file has another end than EXPIRED(file_refused). */
  "row_of_refused_file",
  /** A line is in a state that the day's close ends. */
  "line_not_final",
  /** A line was sent, and Twilio has no such message. */
  "sent_line_without_message",
  /** Twilio has a message whose line was not sent, or that is of no line. */
  "message_without_sent_line",
  /** Twilio has two messages of one line: of one channel, or none of them failed. */
  "two_messages",
  /** A line's price is not what its message's segments cost. */
  "price_differs",
] as const;
export type FindingKind = (typeof FINDINGS)[number];

/** One thing that does not fit. */
export type Finding = {
  readonly kind: FindingKind;
  /** Absent when a message is of no line. */
  readonly claim?: string;
  readonly sid?: string;
  /** `STATE` or `STATE(reason)` of the ledger. */
  readonly state?: string;
  /** The message's status at Twilio. */
  readonly status?: string;
  /** What the ledger says and what the segments cost, in BRL. */
  readonly brl?: { readonly ledger: number; readonly segments: number };
};

/** Findings listed beside their counts; a day that went wrong as a whole need not be listed to the end. */
export const MOST_LISTED = 1_000;

/** One chain's part of a day. */
export type ChainDay = {
  /** Shoppers with a line, those of refused files included. */
  readonly lines: number;
  readonly rowsByState: Readonly<Record<string, number>>;
  /** Messages that belong to its rows. */
  readonly messages: number;
};

/** A day's reconciliation. */
export type Reconciliation = {
  readonly offerDate: string;
  /** When it was made, RFC 3339. */
  readonly at: string;
  readonly files: { readonly published: number; readonly refused: number };
  /** Shoppers with a line, those of refused files included. */
  readonly lines: number;
  /** Rows of the ledger by `STATE` or `STATE(reason)`. */
  readonly rowsByState: Readonly<Record<string, number>>;
  /** Of these, the ones that failed by state, then by Twilio's code. */
  readonly codesByState: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Messages from our senders by their line's state, then by their status at Twilio; `none` are of no line. */
  readonly messagesByState: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of these, those that failed for good on another channel of their line, as they may. */
  readonly failedElsewhere: number;
  /** Chains with a file or a row. */
  readonly chains: Readonly<Record<string, ChainDay>>;
  /** Messages of the account that other senders sent. */
  readonly otherMessages: number;
  readonly findings: Readonly<Record<FindingKind, number>>;
  /** The first of them, by kind and claim. */
  readonly listed: readonly Finding[];
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** How many things do not fit; the day is balanced when none. */
export const imbalances = ({ findings }: Pick<Reconciliation, "findings">): number => sum(findings);

/** Rows of the ledger. */
export const rowCount = ({ rowsByState }: Reconciliation): number => sum(rowsByState);

/** Messages from our senders. */
export const messageCount = ({ messagesByState }: Reconciliation): number =>
  Object.values(messagesByState).reduce((total, byStatus) => total + sum(byStatus), 0);

/** The report as JSON: snake case as everything that we store, names sorted. */
export const reportText = (found: Reconciliation): string =>
  `${JSON.stringify(
    {
      version: 1,
      offer_date: found.offerDate,
      at: found.at,
      balanced: imbalances(found) === 0,
      files: found.files,
      lines: found.lines,
      rows: rowCount(found),
      rows_by_state: found.rowsByState,
      codes_by_state: found.codesByState,
      messages: messageCount(found),
      messages_by_state: found.messagesByState,
      failed_elsewhere: found.failedElsewhere,
      other_messages: found.otherMessages,
      chains: Object.fromEntries(
        Object.entries(found.chains).map(([tenantId, { lines, rowsByState, messages }]) => [
          tenantId,
          { lines, rows_by_state: rowsByState, messages },
        ]),
      ),
      findings: found.findings,
      listed: found.listed,
    },
    null,
    2,
  )}\n`;

/** Where a day's report for people lies in the OUT bucket. */
export const pageKey = (offerDate: string): string => `reports/${offerDate}.html`;

/** Where a day's report for programs lies in the OUT bucket. */
export const reportKey = (offerDate: string): string => `reports/${offerDate}/reconciliation.json`;
