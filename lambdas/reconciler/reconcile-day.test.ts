import fc from "fast-check";
import { dayPage } from "./page/day-page";
import { sentLines } from "./page/day-sums";
import {
  AT,
  AZUL,
  claimOf,
  type Given,
  GOOD,
  line,
  message,
  reconcile,
  sent,
  sidOf,
  suppressed,
  tokenOf,
  VERDE,
} from "./reconcile-day-fixture";
import { imbalances, MOST_LISTED, messageCount, reportText, rowCount } from "./reconciliation";

const HELD_NEXT = sent(0, { state: "HELD", sid: undefined, earlierSid: sidOf(0) });

/** The findings of a day, by kind, claim and SID. */
const found = async (given: Given): Promise<string[]> =>
  (await reconcile(given)).listed.map(({ kind, claim, sid }) => [kind, claim, sid].filter(Boolean).join(" "));

test("a day adds up from both sides", async () => {
  const day = await reconcile(GOOD);
  expect(day.listed).toEqual([]);
  expect(imbalances(day)).toBe(0);
  expect(day).toMatchObject({
    files: { published: 2, refused: 0 },
    lines: 4,
    rowsByState: { DELIVERED: 1, SENT: 1, "SUPPRESSED(no_consent)": 2 },
    messagesByState: { DELIVERED: { delivered: 1 }, SENT: { sent: 1 } },
    failedElsewhere: 0,
    chains: {
      [AZUL]: { lines: 3, rowsByState: { DELIVERED: 1, SENT: 1, "SUPPRESSED(no_consent)": 1 }, messages: 2 },
      [VERDE]: { lines: 1, rowsByState: { "SUPPRESSED(no_consent)": 1 }, messages: 0 },
    },
    otherMessages: 0,
  });
  expect([rowCount(day), messageCount(day)]).toEqual([4, 2]);
});

test.each<[string, Given, string[]]>([
  ["a line without a row", { rows: GOOD.rows.slice(0, 3) }, [`line_without_row ${claimOf(3, VERDE)}`]],
  ["a row without a line", { rows: [...GOOD.rows, suppressed(9)] }, [`row_without_line ${claimOf(9)}`]],
  [
    "a row without a line in a chain without a file",
    { files: GOOD.files.slice(0, 1) },
    [`row_without_line ${claimOf(3, VERDE)}`],
  ],
  [
    "rows of a refused file that did not expire as such",
    { files: [{ ...GOOD.files[0]!, spoilt: GOOD.files[0]!.text.replace("Arroz", "Pizza") }, GOOD.files[1]!] },
    [0, 1, 2].map((index) => `row_of_refused_file ${claimOf(index)}`).sort(),
  ],
  [
    "a line that its day's close has not settled",
    { rows: [{ ...sent(0, { state: "IN_DOUBT", sid: undefined }) }, ...GOOD.rows.slice(1)], messages: [message(1)] },
    [`line_not_final ${claimOf(0)}`],
  ],
  [
    "a sent line without a message",
    { messages: [message(0)] },
    [`sent_line_without_message ${claimOf(1)} ${sidOf(1)}`],
  ],
  [
    "a message of a held line, found by its phone",
    { rows: [sent(0, { state: "HELD", sid: undefined }), ...GOOD.rows.slice(1)] },
    [`message_without_sent_line ${claimOf(0)} ${sidOf(0)}`],
  ],
  [
    "a message to a phone that the chain knows without its ninth digit",
    {
      rows: [
        sent(0, { state: "HELD", sid: undefined, phoneToken: tokenOf(AZUL, "+551187650000") }),
        ...GOOD.rows.slice(1),
      ],
    },
    [`message_without_sent_line ${claimOf(0)} ${sidOf(0)}`],
  ],
  [
    "a message of a rejected line, found by its SID",
    { rows: [sent(0, { state: "REJECTED" }), ...GOOD.rows.slice(1)] },
    [`message_without_sent_line ${claimOf(0)} ${sidOf(0)}`],
  ],
  ["a message of no line", { messages: [...GOOD.messages, message(7)] }, [`message_without_sent_line ${sidOf(7)}`]],
  [
    "two messages of one claim",
    { messages: [...GOOD.messages, message(0, { sid: sidOf(70) })] },
    [`two_messages ${claimOf(0)} ${sidOf(70)}`],
  ],
  [
    "another message than the one that the row knows",
    { messages: [message(0, { sid: sidOf(70) }), message(1)] },
    [`sent_line_without_message ${claimOf(0)} ${sidOf(0)}`, `message_without_sent_line ${claimOf(0)} ${sidOf(70)}`],
  ],
  [
    "a price that differs",
    { messages: [message(0, { segments: 2 }), message(1)] },
    [`price_differs ${claimOf(0)} ${sidOf(0)}`],
  ],
  [
    "two channels of which the first reached the shopper",
    { messages: [...GOOD.messages, message(0, { sid: sidOf(70), channel: "whatsapp" })] },
    [`two_messages ${claimOf(0)} ${sidOf(70)}`],
  ],
  [
    "a message that reached the shopper on a channel that the row of a failed one does not know",
    {
      rows: [sent(0, { state: "UNDELIVERED" }), ...GOOD.rows.slice(1)],
      messages: [
        message(0, { status: "undelivered" }),
        message(1),
        message(0, { sid: sidOf(70), channel: "whatsapp" }),
      ],
    },
    [`message_without_sent_line ${claimOf(0)} ${sidOf(70)}`],
  ],
])("%s is named", async (_, change, expected) => {
  const day = await reconcile({ ...GOOD, ...change });
  expect(await found({ ...GOOD, ...change })).toEqual(expected);
  expect(imbalances(day)).toBe(expected.length);
  expect(JSON.parse(reportText(day)).balanced).toBe(false);
});

test.each<[string, Given]>([
  [
    "a refused file whose lines expired as such, also beside a good one with the same shopper",
    {
      files: [{ tenantId: AZUL, text: line(4) + line(0), spoilt: "{}\n".concat(line(4), line(0)) }, ...GOOD.files],
      rows: [...GOOD.rows, { ...suppressed(4), state: "EXPIRED", reason: "file_refused" }],
    },
  ],
  ["a message that the list does not show yet", { messages: [message(0)], unlisted: [message(1)] }],
  [
    "a second channel after the first failed for good",
    {
      messages: [...GOOD.messages, message(0, { sid: sidOf(70), channel: "whatsapp", status: "undelivered" })],
    },
  ],
  [
    "a first channel that failed for good when the second is held",
    { rows: [HELD_NEXT, ...GOOD.rows.slice(1)], messages: [message(0, { status: "undelivered" }), message(1)] },
  ],
  [
    "a message of another sender of the account",
    { messages: [...GOOD.messages, message(8, { senders: ["+15005550006"] })] },
  ],
])("%s is no finding, and the messages add up", async (_, change) => {
  const day = await reconcile({ ...GOOD, ...change });
  expect(day.listed).toEqual([]);
  expect(messageCount(day)).toBe(sentLines(day.rowsByState) + day.failedElsewhere);
});

test("how lines failed is counted by Twilio's code, and a doubt that was healed is no failure", async () => {
  const [healed, failed] = [sent(0, { code: "30008" }), sent(1, { state: "UNDELIVERED", code: "30003" })];
  const refused = sent(4, { state: "REJECTED", code: "21614" });
  const { codesByState } = await reconcile({ ...GOOD, rows: [healed, failed, refused] });
  expect(codesByState).toEqual({ REJECTED: { 21614: 1 }, UNDELIVERED: { 30003: 1 } });
});

test("a refused file after a good one with the same shopper takes nothing from it", async () => {
  const files = [...GOOD.files, { tenantId: AZUL, text: line(0) + line(4), spoilt: `${line(0)}${line(4)}{}\n` }];
  const rows = [...GOOD.rows, { ...suppressed(4), state: "EXPIRED", reason: "file_refused" } as const];
  expect(await found({ ...GOOD, files, rows })).toEqual([]);
});

test("a phone of two chains that share a sender is told by what each chain claimed", async () => {
  const both = {
    files: [
      { tenantId: AZUL, text: line(0) },
      { tenantId: VERDE, text: line(0, VERDE) },
    ],
  };
  const verde = sent(0, {
    tenantId: VERDE,
    sid: undefined,
    state: "HELD",
    claimedAt: new Date(AT + 60_000).toISOString(),
  });
  const later = message(0, { sid: sidOf(70), createdMs: AT + 61_000 });
  const ofVerde = [`message_without_sent_line ${claimOf(0, VERDE)} ${sidOf(70)}`];
  expect(await found({ ...both, rows: [sent(0), verde], messages: [message(0), later] })).toEqual(ofVerde);

  const claimedLater = sent(0, { claimedAt: new Date(AT + 60_500).toISOString() });
  expect(await found({ ...both, rows: [claimedLater, verde], messages: [message(0), later] })).toEqual(ofVerde);

  const held = { state: "HELD", sid: undefined } as const;
  const first = sent(0, held);
  const rows = [
    first,
    sent(0, { ...held, tenantId: VERDE, claimedAt: new Date(AT - 1).toISOString(), textDigest: "verde" }),
  ];
  const ofText = message(0, { sid: sidOf(70), textDigest: "verde" });
  expect(await found({ ...both, rows, messages: [ofText] })).toEqual(ofVerde);
  expect(await found({ ...both, rows, messages: [{ ...ofText, textDigest: "azul" }] })).toEqual([
    `message_without_sent_line ${claimOf(0)} ${sidOf(70)}`,
  ]);
});

test("no report names a phone, and a day that went wrong as a whole is counted whole and listed in part", async () => {
  const many = Array.from({ length: MOST_LISTED + 5 }, (_, index) => index);
  const day = await reconcile({ messages: many.map((index) => message(index, { to: "+5511987654321" })) });
  expect(day.findings.message_without_sent_line).toBe(MOST_LISTED + 5);
  expect(day.listed).toHaveLength(MOST_LISTED);
  for (const text of [reportText(day), dayPage(day, "{}", "America/Sao_Paulo")]) expect(text).not.toContain("98765");
});

test("whatever is taken from either side of a good day is found, once", async () => {
  const shoppers = [0, 1, 2, 3, 4, 5];
  const whole = {
    text: shoppers.map((index) => line(index)),
    rows: shoppers.map((index) => sent(index)),
    messages: shoppers.map((index) => message(index)),
  };
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(shoppers),
      fc.subarray(shoppers),
      fc.subarray(shoppers),
      async (lines, rows, posts) => {
        const day = await reconcile({
          files: [{ tenantId: AZUL, text: lines.map((index) => whole.text[index]).join("") }],
          rows: rows.map((index) => whole.rows[index]!),
          messages: posts.map((index) => whole.messages[index]!),
        });
        const without = (these: number[], those: number[]) => these.filter((index) => !those.includes(index)).length;
        expect(day.findings).toMatchObject({
          line_without_row: without(lines, rows),
          row_without_line: without(rows, lines),
          sent_line_without_message: without(rows, posts),
          message_without_sent_line: without(posts, rows),
        });
      },
    ),
    { numRuns: 200 },
  );
});
