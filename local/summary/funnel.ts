// The night in a few lines, for someone who knows nothing of the code: from events to delivered messages.
import type { Rehearsal, Summary } from "./numbers";

const reasons: Readonly<Record<string, string>> = {
  no_offer: "too few offers to be worth a message",
  no_phone: "no phone number known",
  bad_phone: "the phone number cannot receive messages",
  no_consent: "the shopper has not agreed to messages",
  opted_out: "the shopper asked to stop",
  not_allowed: "not on the list of allowed recipients",
  same_phone: "another shopper has the same phone",
  hold_out: "kept without a message, to measure",
  frequency_cap: "messaged too often lately",
  not_a_sending_day: "a Sunday or a holiday",
  window_closed: "the sending hours were over",
  switch: "sending was switched off",
  circuit: "Twilio refused everything",
  budget: "the day's budget was used up",
  file_refused: "the file did not match its manifest",
};

const states: Readonly<Record<string, string>> = {
  DELIVERED: "delivered",
  SENT: "sent, without a receipt",
  UNDELIVERED: "sent, but not delivered",
  REJECTED: "refused by Twilio",
  IN_DOUBT: "in doubt: held back, not sent again",
  HELD: "held back",
  CLAIMED: "claimed, never sent",
  SUPPRESSED: "not sent, on purpose",
  EXPIRED: "not sent in time",
};

const width = 8;

const row = (count: number, text: string, depth = 0): string =>
  `  ${"  ".repeat(depth)}${String(count).padStart(width)}  ${text}`;

const rows = (counts: readonly (readonly [number, string])[], depth: number): readonly string[] =>
  counts.filter(([count]) => count > 0).map(([count, text]) => row(count, text, depth));

const reasonRows = (summary: Summary, state: string): readonly string[] =>
  Object.entries(summary.dispatch.by_reason).flatMap(([name, count]) => {
    const [, of, reason = ""] = /^(\w+)\((.*)\)$/.exec(name) ?? [];
    return of === state ? [row(count, reasons[reason] ?? reason, 2)] : [];
  });

const rehearsalRows = (counts: Rehearsal): readonly string[] => {
  const codes = Object.entries(counts.refused_by_code)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
  return [
    row(counts.requests, `requests met the script "${counts.script}"`, 1),
    ...rows(
      [
        [counts.refused, `were refused (${codes})`],
        [counts.broken_off, "were broken off before a message was taken"],
        [counts.taken_unsaid, "messages were taken and the sender not told"],
        [counts.without_receipt, "messages are without a receipt of their end"],
        [counts.replies, "answers came from shoppers"],
      ],
      2,
    ),
  ];
};

/** The closing lines of a run. */
export const funnelOf = (summary: Summary): readonly string[] => {
  const { events, out, dispatch, reconciliation, rehearsal, clusters } = summary;
  const terminated = row(
    clusters.terminated,
    `of ${clusters.created} cluster${clusters.created === 1 ? "" : "s"} terminated`,
  );
  const unequal = ["  NOT balanced:", ...summary.imbalances.map((imbalance) => `    ${imbalance}`)];
  const codes = Object.entries(events.rejected_by_code)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
  const collected = [
    `From events to messages: shopping until ${summary.business_date}, offers for ${summary.offer_date}`,
    "",
    row(events.posted, "events were posted"),
    ...rows([[events.rejected, `were rejected (${codes})`]], 1),
    row(events.accepted, "were accepted"),
    ...rows([[events.undelivered, "could not be stored as rows and lie under errors/"]], 1),
    row(events.stored, "were stored in the lake"),
  ];
  if (summary.failure !== undefined)
    return [
      ...collected,
      "",
      terminated,
      "",
      "  The night failed: nothing was published, and nobody was messaged.",
      ...(summary.imbalances.length > 0 ? unequal : []),
    ];
  return [
    ...collected,
    ...rows(
      [
        [events.unreadable_objects, "files hold no rows that anybody could count: they are no Parquet"],
        [events.other_contracts, "are of kinds that the recommendations do not use"],
        [events.out_of_window, "lie outside the days that the recommendations look at"],
      ],
      1,
    ),
    row(events.read, "were read by the night's job"),
    ...rows(
      [
        [events.duplicates, "were sent twice and count once"],
        [events.conflicts, "contradict an event of the same id"],
        [events.set_aside, "could not be used and were set aside"],
        [events.objects_set_aside, "files could not be used and were set aside: see quarantine/night/"],
      ],
      1,
    ),
    row(events.used, "shaped the recommendations"),
    ...rows(
      [
        [events.anonymous, "of them purchases by nobody known"],
        [events.late, "of them late"],
      ],
      1,
    ),
    "",
    row(out.lines, `shoppers got a line in ${out.files} file${out.files === 1 ? "" : "s"}`),
    ...Object.entries(out.withheld).map(
      ([chain, found]) => `${" ".repeat(width)}      the offers of ${chain} are withheld: ${found}`,
    ),
    ...Object.entries(dispatch.by_state)
      .sort(([one], [other]) => Object.keys(states).indexOf(one) - Object.keys(states).indexOf(other))
      .flatMap(([state, count]) => [row(count, states[state] ?? state, 1), ...reasonRows(summary, state)]),
    row(dispatch.messages, "messages were taken by Twilio's stand-in"),
    ...(rehearsal ? rehearsalRows(rehearsal) : []),
    ...rows([[dispatch.parked, "pieces of work failed too often and were put aside: see logs/"]], 0),
    ...rows([[reconciliation.findings, "things do not fit between files, ledger and Twilio: see the report"]], 1),
    terminated,
    "",
    ...(summary.balanced ? ["  Balanced: every event and every line is accounted for."] : unequal),
  ];
};
