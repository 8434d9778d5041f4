// The night in a few lines, for someone who knows nothing of the code: from events to delivered messages.
import {
  byOrderOf,
  EVENT_WORDS,
  inWords,
  partsOfState,
  REASON_WORDS,
  STATE_WORDS,
} from "../../lambdas/shared/funnel-words";
import type { Rehearsal, Summary } from "./numbers";

const width = 8;

const byOrder = byOrderOf(STATE_WORDS);

const row = (count: number, text: string, depth = 0): string =>
  `  ${"  ".repeat(depth)}${String(count).padStart(width)}  ${text}`;

const rows = (counts: readonly (readonly [number, string])[], depth: number): readonly string[] =>
  counts.filter(([count]) => count > 0).map(([count, text]) => row(count, text, depth));

const reasonRows = (summary: Summary, state: string): readonly string[] =>
  Object.entries(summary.dispatch.by_reason).flatMap(([name, count]) => {
    const { state: of, reason = "" } = partsOfState(name);
    return of === state ? [row(count, inWords(REASON_WORDS, reason), 2)] : [];
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
        [events.out_of_window, EVENT_WORDS.out_of_window],
      ],
      1,
    ),
    row(events.read, EVENT_WORDS.read),
    ...rows(
      [
        [events.duplicates, EVENT_WORDS.duplicates],
        [events.conflicts, EVENT_WORDS.conflicts],
        [events.set_aside, EVENT_WORDS.set_aside],
        [events.objects_set_aside, "files could not be used and were set aside: see quarantine/night/"],
      ],
      1,
    ),
    row(events.used, EVENT_WORDS.used),
    ...rows(
      [
        [events.anonymous, EVENT_WORDS.anonymous],
        [events.late, EVENT_WORDS.late],
      ],
      1,
    ),
    "",
    row(out.lines, `shoppers got a line in ${out.files} file${out.files === 1 ? "" : "s"}`),
    ...Object.entries(out.withheld).map(
      ([chain, found]) => `${" ".repeat(width)}      the offers of ${chain} are withheld: ${found}`,
    ),
    ...Object.entries(dispatch.by_state)
      .sort(([one], [other]) => byOrder(one, other))
      .flatMap(([state, count]) => [row(count, inWords(STATE_WORDS, state), 1), ...reasonRows(summary, state)]),
    row(dispatch.messages, "messages were taken by Twilio's stand-in"),
    ...(rehearsal ? rehearsalRows(rehearsal) : []),
    ...rows([[dispatch.parked, "pieces of work failed too often and were put aside: see logs/"]], 0),
    ...rows([[reconciliation.findings, "things do not fit between files, ledger and Twilio: see the report"]], 1),
    terminated,
    "",
    ...(summary.balanced ? ["  Balanced: every event and every line is accounted for."] : unequal),
  ];
};
