// The way from events to messages: rows, then shoppers and their lines, then messages, each as shares of its own whole.
import {
  byOrderOf,
  EVENT_WORDS,
  inWords,
  LEVEL_WORDS,
  partsOfState,
  REASON_WORDS,
  STATE_WORDS,
} from "../../shared/funnel-words";
import { messageCount, type Reconciliation } from "../reconciliation";
import { knownRows, linesByLevel } from "./day-sums";
import { type Html, html } from "./html";
import { type NightStatement, type RowCount, sumOf } from "./night-statement";
import { counted, number } from "./numbers-in-words";
import { type ShareRow, shareTable } from "./tables";

/** How a line's end looks in a chart: what it means to the shopper, good ends first. */
export const LOOKS: readonly { readonly look: string; readonly name: string; readonly states: readonly string[] }[] = [
  { look: "delivered", name: "delivered", states: ["DELIVERED"] },
  { look: "sent", name: "sent, without a receipt", states: ["SENT"] },
  { look: "failed", name: "not delivered, or refused", states: ["UNDELIVERED", "REJECTED"] },
  { look: "kept", name: "not sent, on purpose", states: ["SUPPRESSED"] },
  { look: "late", name: "not sent in time", states: ["EXPIRED"] },
  { look: "open", name: "held back or not settled", states: [] },
];

/** The look of `STATE` or `STATE(reason)`. */
export const lookOf = (name: string): string =>
  LOOKS.find(({ states }) => states.includes(partsOfState(name).state))?.look ?? "open";

function eventRows({ counts }: NightStatement): readonly ShareRow[] {
  const row = (name: RowCount, depth: ShareRow["depth"], look?: string): ShareRow => ({
    name: EVENT_WORDS[name],
    count: counts[name],
    depth,
    look,
  });
  return [
    { name: "the night knew of", count: knownRows(counts), depth: 0 },
    row("out_of_window", 1, "kept"),
    row("read", 0),
    row("duplicates", 1, "kept"),
    row("conflicts", 1, "failed"),
    row("set_aside", 1, "failed"),
    row("used", 0),
    row("anonymous", 1),
    row("late", 1),
  ];
}

/** Counts by bare state, and each state's reasons in words. */
function statesOf({ rowsByState, codesByState }: Reconciliation) {
  const states = new Map<string, { count: number; reasons: [string, number][] }>();
  for (const [name, count] of Object.entries(rowsByState)) {
    const { state, reason } = partsOfState(name);
    const known = states.get(state) ?? { count: 0, reasons: [] };
    known.count += count;
    if (reason !== undefined) known.reasons.push([inWords(REASON_WORDS, reason), count]);
    states.set(state, known);
  }
  for (const [state, codes] of Object.entries(codesByState))
    for (const [code, count] of Object.entries(codes))
      states.get(state)?.reasons.push([`Twilio's code ${code}`, count]);
  const order = byOrderOf(STATE_WORDS);
  return [...states].sort(([one], [other]) => order(one, other));
}

function lineRows(night: NightStatement, found: Reconciliation): readonly ShareRow[] {
  const levels = linesByLevel(night);
  const order = byOrderOf(LEVEL_WORDS);
  const ofLevels = [...(levels ?? [])].sort(([one], [other]) => order(one, other));
  const withOffers = levels && sumOf(ofLevels.map(([level, count]) => (level === "none" ? 0 : count)));
  return [
    { name: "shoppers with a line", count: found.lines, depth: 0 },
    ...(levels === undefined ? [{ name: "by what their offers come from", count: undefined, depth: 1 } as const] : []),
    ...ofLevels.map(([level, count]): ShareRow => ({ name: inWords(LEVEL_WORDS, level), count, depth: 1 })),
    { name: "lines with offers", count: withOffers, depth: 0 },
    ...statesOf(found).flatMap(([state, { count, reasons }]): readonly ShareRow[] => [
      { name: inWords(STATE_WORDS, state), count, depth: 1, look: lookOf(state) },
      ...reasons.map(
        ([reason, ofReason]): ShareRow => ({
          name: reason,
          count: ofReason,
          depth: 2,
          look: lookOf(state),
        }),
      ),
    ]),
  ];
}

const STATUS_LOOKS: Readonly<Record<string, string>> = {
  delivered: "delivered",
  read: "delivered",
  sent: "sent",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
};

function messageRows({ messagesByState }: Reconciliation): readonly ShareRow[] {
  const statuses = new Map<string, { count: number; lines: string[] }>();
  for (const [name, byStatus] of Object.entries(messagesByState)) {
    const { state } = partsOfState(name);
    const whose = name === "none" ? "of no line" : `of lines that are ${inWords(STATE_WORDS, state)}`;
    for (const [status, count] of Object.entries(byStatus)) {
      const known = statuses.get(status) ?? { count: 0, lines: [] };
      known.count += count;
      known.lines.push(`${number(count)} ${whose}`);
      statuses.set(status, known);
    }
  }
  const order = byOrderOf(STATUS_LOOKS);
  return [...statuses]
    .sort(([one], [other]) => order(one, other))
    .map(([status, { count, lines }]) => ({
      name: html`<code>${status}</code> <span class="quiet">${lines.join(", ")}</span>`,
      count,
      depth: 1,
      look: Object.hasOwn(STATUS_LOOKS, status) ? STATUS_LOOKS[status] : "open",
    }));
}

/** The funnel's three tables. */
export function funnelTables(night: NightStatement, found: Reconciliation): Html {
  const messages = messageCount(found);
  const others =
    found.otherMessages > 0
      ? html`<p class="quiet">${counted(found.otherMessages, "message")} of the account left by senders that are none of ours.</p>`
      : undefined;
  return html`<section><h2>From events to messages</h2>
${shareTable("Rows of events, from those that lay in the lake to those that shaped the offers", "Rows that", knownRows(night.counts), eventRows(night))}
${shareTable("Shoppers with a line, what it offers, and how it ended in the ledger", "Lines", found.lines, lineRows(night, found))}
${shareTable("Messages, by their status at Twilio", "Messages", messages, [
  { name: "messages that Twilio took from our senders", count: messages, depth: 0 },
  ...messageRows(found),
])}${others}</section>
`;
}
