import { funnelOf } from "./funnel";
import { complaintsOf, imbalancesOf, judge } from "./numbers";

const numbers = {
  business_date: "2026-11-22",
  offer_date: "2026-11-23",
  events: {
    posted: 120,
    accepted: 110,
    rejected: 10,
    stored: 107,
    undelivered: 3,
    read: 100,
    out_of_window: 5,
    unread: 4,
    other_contracts: 2,
    used: 90,
    duplicates: 5,
    conflicts: 3,
    set_aside: 2,
    objects_set_aside: 0,
    unreadable_objects: 0,
    late: 1,
    anonymous: 9,
    quarantined: 16,
    rejected_by_code: { LINE: 2, SCHEMA: 8 },
    rejected_kept: 8,
  },
  out: { files: 2, lines: 7, by_fallback_level: { champion: 6, none: 1 }, withheld: {} },
  dispatch: {
    lines: 7,
    by_state: { DELIVERED: 4, SUPPRESSED: 3 },
    by_reason: { "SUPPRESSED(no_consent)": 3 },
    messages: 4,
    sent_again: 0,
    parked: 0,
  },
  reconciliation: { reports: 1, lines: 7, messages: 4, findings: 0 },
  clusters: { created: 1, terminated: 1 },
} as const;

const rehearsal = {
  script: "A bad day",
  requests: 11,
  taken: 4,
  refused: 5,
  refused_by_code: { 20429: 3, HTTP_503: 2 },
  broken_off: 2,
  taken_unsaid: 1,
  without_receipt: 1,
  replies: 0,
};

test("a night whose equations hold is balanced", () => {
  expect(judge(numbers)).toMatchObject({ balanced: true, imbalances: [] });
});

test("a run ends well only when it is balanced and nothing was given up", () => {
  expect(complaintsOf(judge(numbers))).toEqual([]);
  const parked = judge({ ...numbers, dispatch: { ...numbers.dispatch, parked: 2 } });
  expect(parked.balanced).toBe(true);
  expect(complaintsOf(parked)).toEqual([expect.stringMatching(/^2 pieces of work .* put aside/)]);
  const unbalanced = judge({ ...numbers, dispatch: { ...numbers.dispatch, lines: 8 } });
  expect(complaintsOf(unbalanced)).toEqual([expect.stringContaining("out.lines = dispatch.lines: 7 is not 8")]);
});

test("of a night that failed the events before it are judged, and it ends with its own sentence", () => {
  const failure = "The night failed: Processar: there is no purchase.";
  const nothing = { ...numbers, failure, out: { files: 0, lines: 0, by_fallback_level: {}, withheld: {} } };
  const failed = judge({ ...nothing, events: { ...numbers.events, read: 0, used: 0 } });
  expect(failed).toMatchObject({ balanced: false, imbalances: [] });
  expect(complaintsOf(failed)).toEqual([failure]);
  const text = funnelOf(failed).join("\n");
  expect(text).toContain("120  events were posted");
  expect(text).toContain("The night failed: nothing was published");
  expect(text).not.toContain("alanced");
  const lost = judge({ ...nothing, events: { ...numbers.events, stored: 106 } });
  expect(complaintsOf(lost)).toEqual([failure, expect.stringContaining("accepted = stored + undelivered")]);
  expect(funnelOf(lost).join("\n")).toContain("NOT balanced");
});

// Each number of the summary, and how many equations it stands in.
test.each([
  ["posted", 1],
  ["accepted", 2],
  ["rejected", 2],
  ["stored", 2],
  ["undelivered", 2],
  ["read", 2],
  ["out_of_window", 1],
  ["other_contracts", 1],
  ["used", 1],
  ["duplicates", 1],
  ["conflicts", 2],
  ["set_aside", 2],
  ["quarantined", 1],
  ["rejected_kept", 1],
] as const)("one %s too many is seen", (name, count) => {
  const changed = { ...numbers, events: { ...numbers.events, [name]: numbers.events[name] + 1 } };
  expect(imbalancesOf(changed)).toHaveLength(count);
  expect(judge(changed).balanced).toBe(false);
});

test.each([
  ["a rejected line without its code", { events: { ...numbers.events, rejected_by_code: { LINE: 2, SCHEMA: 7 } } }],
  ["more unread rows than out of the window", { events: { ...numbers.events, unread: 6 } }],
  ["more nobodies than used", { events: { ...numbers.events, anonymous: 91 } }],
  ["more late ones than there are", { events: { ...numbers.events, late: 96 } }],
  ["an OUT line without a level", { out: { ...numbers.out, by_fallback_level: { champion: 6 } } }],
  [
    "an OUT line that dispatch does not know",
    {
      out: { ...numbers.out, lines: 8, by_fallback_level: { champion: 8 } },
      reconciliation: { ...numbers.reconciliation, lines: 8 },
    },
  ],
  ["a line without a state", { dispatch: { ...numbers.dispatch, by_state: { DELIVERED: 4, SUPPRESSED: 2 } } }],
  ["a line that the reconciliation did not see", { reconciliation: { ...numbers.reconciliation, lines: 6 } }],
  ["a message that the reconciliation did not see", { reconciliation: { ...numbers.reconciliation, messages: 3 } }],
  ["what the reconciliation found", { reconciliation: { ...numbers.reconciliation, findings: 1 } }],
  ["a day that was not reconciled", { reconciliation: { ...numbers.reconciliation, reports: 0 } }],
  ["a cluster that lives on", { clusters: { created: 1, terminated: 0 } }],
  [
    "a line left in doubt",
    { dispatch: { ...numbers.dispatch, by_state: { DELIVERED: 3, IN_DOUBT: 1, SUPPRESSED: 3 } } },
  ],
  [
    "a sent line without a message",
    {
      dispatch: { ...numbers.dispatch, messages: 3 },
      reconciliation: { ...numbers.reconciliation, messages: 3 },
    },
  ],
  ["a shopper messaged again", { dispatch: { ...numbers.dispatch, sent_again: 1 } }],
  ["a message that the stand-in does not count", { rehearsal: { ...rehearsal, taken: 5 } }],
  ["no cluster at all", { clusters: { created: 0, terminated: 0 } }],
])("%s is seen", (_what, changes) => {
  expect(judge({ ...numbers, ...changes })).toMatchObject({ balanced: false, imbalances: [expect.any(String)] });
});

test("an imbalance says both sides", () => {
  const [first] = imbalancesOf({ ...numbers, events: { ...numbers.events, posted: 121 } });
  expect(first).toBe("posted = accepted + rejected: 121 is not 120");
});

test("the funnel tells every count in plain words, and whether it balances", () => {
  const text = funnelOf(judge(numbers)).join("\n");
  for (const words of [
    "120  events were posted",
    "LINE 2, SCHEMA 8",
    "4  delivered",
    "3  the shopper has not agreed to messages",
    "Balanced",
  ])
    expect(text).toContain(words);
  expect(text).not.toMatch(/failed too often/);
  expect(text).not.toMatch(/script/);
  const rehearsed = funnelOf(judge({ ...numbers, rehearsal })).join("\n");
  for (const words of [
    '11  requests met the script "A bad day"',
    "5  were refused (20429 3, HTTP_503 2)",
    "2  were broken off before a message was taken",
    "1  messages are without a receipt of their end",
    "Balanced",
  ])
    expect(rehearsed).toContain(words);
  expect(rehearsed).not.toContain("answers came");
  const withheld = { "chain-a": "every offer has the score 0.5" };
  expect(funnelOf(judge({ ...numbers, out: { ...numbers.out, withheld } })).join("\n")).toContain(
    "the offers of chain-a are withheld: every offer has the score 0.5\n",
  );
  const broken = funnelOf(judge({ ...numbers, clusters: { created: 1, terminated: 0 } })).join("\n");
  expect(broken).toContain("NOT balanced");
});
