import { claimKey } from "../../shared/claim-keys";
import { shopperOf } from "../../shared/out-file-fixture";
import type { Reconciliation } from "../reconciliation";
import {
  counts,
  DAY,
  FOUND,
  NIGHT,
  NOTHING,
  pageOf,
  plain,
  rowOf,
  rowsByState,
  stepsOf,
  sumsOf,
  verdictOf,
} from "./day-page-fixture";

describe("a day that adds up", () => {
  const page = pageOf();

  test("says so, in its title too, and asks for nobody", () => {
    expect(verdictOf(page)).toBe(
      "Balanced: every row that the night read is accounted for, each line has one row, each sent line one message, and the other way round.",
    );
    expect(page).toContain(`<title>Offers of ${DAY}: Balanced</title>`);
    expect(page).toContain(`<h1>Shopping until 2026-11-15, offers of ${DAY}</h1>`);
    expect(stepsOf(page)).toEqual([]);
    expect(sumsOf(page)).toEqual({ yes: 10, no: 0, "not stated": 0 });
  });

  test("goes from events to messages, in the words and figures of the night and of the ledger", () => {
    const funnel: Record<string, string[]> = {
      "the night knew of": ["1,711", "100 %"],
      "lie outside the days that the recommendations look at": ["4", "0.2 %"],
      "were read by the night's job": ["1,707", "99.8 %"],
      "were sent twice and count once": ["9", "0.5 %"],
      "contradict an event of the same id": ["5", "0.3 %"],
      "could not be used and were set aside": ["3", "0.2 %"],
      "shaped the recommendations": ["1,690", "98.8 %"],
      "of them purchases by nobody known": ["30", "1.8 %"],
      "of them late": ["2", "0.1 %"],
      "shoppers with a line": ["5", "100 %"],
      "offers of the champion model": ["4", "80.0 %"],
      "too few offers": ["1", "20.0 %"],
      "lines with offers": ["4", "80.0 %"],
      delivered: ["2", "40.0 %"],
      "sent, but not delivered": ["1", "20.0 %"],
      "Twilio's code 30003": ["1", "20.0 %"],
      "not sent, on purpose": ["2", "40.0 %"],
      "the shopper has not agreed to messages": ["1", "20.0 %"],
      "too few offers to be worth a message": ["1", "20.0 %"],
      "messages that Twilio took from our senders": ["4", "100 %"],
      "delivered 2 of lines that are delivered": ["2", "50.0 %"],
      "undelivered 1 of lines that are sent, but not delivered": ["1", "25.0 %"],
      "failed 1 of lines that are delivered": ["1", "25.0 %"],
    };
    expect(Object.fromEntries(Object.keys(funnel).map((name) => [name, rowOf(page, name)?.slice(0, 2)]))).toEqual(
      funnel,
    );
  });

  test("tells every contract and every chain apart", () => {
    expect(rowOf(page, "purchase")).toEqual(["1,704", "4", "1,700", "9", "5", "3", "1,683", "30", "2"]);
    expect(rowOf(page, "rede-azul")).toEqual(["OK", "5", "4", "0", "0", "1", "2026-11-15 20:32"]);
    expect(rowOf(page, "rede-verde")?.[0]).toBe("NO_DATA: no purchase in the days that the recommendations look at");
    const sending = page.split("The sending day, by chain")[2]!;
    expect(rowOf(sending, "rede-azul")).toEqual(["", "40.0 %", "5", "5", "2", "1", "2", "4"]);
    expect(plain(page)).toContain("Model frequency/2 , used as champion .");
  });

  test("a chart says nothing that does not stand beside it, and no share rounds to all or nothing", () => {
    const charts = [...page.matchAll(/<svg [^>]*>/g)];
    expect(charts.length).toBeGreaterThan(20);
    expect(charts.filter(([svg]) => !svg.includes('aria-hidden="true"'))).toEqual([]);
    const many = pageOf({ ...NIGHT, counts: { ...NIGHT.counts, read: 1_000_000, out_of_window: 1 } });
    expect(rowOf(many, "were read by the night's job")?.[1]).toBe("> 99.9 %");
    expect(rowOf(many, "lie outside the days that the recommendations look at")?.[1]).toBe("< 0.1 %");
  });
});

describe("what does not fit is said first, with how often and what to do", () => {
  const claim = claimKey({ tenantId: "rede-azul", offerDate: DAY, shopperId: shopperOf(1) });
  const sid = `SM${"1".repeat(32)}`;

  test("a finding", () => {
    const findings = { ...NOTHING, message_without_sent_line: 2, price_differs: 1 };
    const page = pageOf(NIGHT, {
      ...FOUND,
      findings,
      listed: [
        { kind: "message_without_sent_line", claim, state: "HELD", sid, status: "sent" },
        { kind: "price_differs", claim, state: "DELIVERED", sid, brl: { ledger: 0.3, segments: 0.6 } },
      ],
    });
    expect(verdictOf(page)).toBe(
      "Not balanced: 2 × message without a sent line, 1 × price differs. First: the shopper has it: never send it by hand.",
    );
    expect(stepsOf(page)).toEqual([
      "2 × message without a sent line: a message left and the ledger does not say so, as when an answer and all receipts were lost. First: the shopper has it: never send it by hand.",
      "1 × price differs: Twilio counted other segments than we did. First: npm run preview ; is the price of the environment the contract's?",
    ]);
    expect(rowOf(page, "message without a sent line")).toEqual([claim, "HELD", sid, "sent", "", ""]);
    expect(rowOf(page, "price differs")).toEqual([claim, "DELIVERED", sid, "", "0.3000", "0.6000"]);
    expect(page).toContain("1 more are counted and not listed.");
  });

  test.each<[string, object, Partial<Reconciliation>, string]>([
    ["rows of the night", { counts: { ...NIGHT.counts, used: 1_689 } }, {}, "set aside: 1,707 is not 1,706"],
    ["rows of a contract", { by_contract: { purchase: { ...counts, read: 1 } } }, {}, "of purchase: 1 is not 1,707"],
    [
      "a contract that is not there",
      { by_contract: { product: NIGHT.by_contract.product } },
      {},
      "contract: 1,711 is not 7",
    ],
    ["levels", { tenants: { a: { status: "OK", lines: 5, by_fallback_level: { none: 4 } } } }, {}, "from: 5 is not 4"],
    ["lines of a file", { files: [{ lines: 6 }] }, {}, "published files: 5 is not 6"],
    ["lines that are not in the files", {}, { lines: 4 }, "found in them: 5 is not 4"],
    ["rows of the ledger", {}, { rowsByState: { ...rowsByState, DELIVERED: 1 } }, "rows of the ledger: 5 is not 4"],
    ["messages", {}, { failedElsewhere: 0 }, "another channel: 4 is not 3"],
  ])("a sum over %s", (_, night, found, step) => {
    const page = pageOf({ ...NIGHT, ...night }, { ...FOUND, ...found });
    expect(verdictOf(page)).toMatch(/^Not balanced: \d sums? not right\. First: look for what else is said here/);
    expect(stepsOf(page).join("\n")).toContain(step);
    expect(sumsOf(page).no).toBeGreaterThan(0);
  });

  test("what fits and still asks for somebody is told beside a good verdict", () => {
    const failure = "38 % of its purchases name no product";
    const page = pageOf(
      {
        ...NIGHT,
        model: { ...NIGHT.model, fallback_level: "previous" },
        objects_set_aside: [{ key: "data/purchase/a.parquet", reason: "NOT_PARQUET", rows: null }],
        tenants: { ...NIGHT.tenants, "rede-verde": { status: "FAILED", failure, lines: 0, by_fallback_level: {} } },
      },
      { ...FOUND, files: { published: 2, refused: 1 }, otherMessages: 3 },
    );
    expect(verdictOf(page)).toMatch(/^Balanced: /);
    expect(stepsOf(page)).toEqual([
      `rede-verde: its night is FAILED: ${failure}. First: were the chain's products or events changed that day, or the champion promoted? Mend it before the next night.`,
      "the champion model was refused, and previous stepped in. First: the sentence why is in the step's log.",
      "1 object of the lake could not be used. First: their reasons are below; the objects stay where they are.",
      "1 file did not match the manifest, and was not sent. First: the log of planner .",
    ]);
    expect(rowOf(page, "rede-verde")?.[0]).toBe(`FAILED: ${failure}`);
    expect(rowOf(page, "data/purchase/a.parquet")).toEqual(["NOT_PARQUET", "cannot be counted"]);
    expect(page).toContain("3 messages of the account left by senders that are none of ours.");
  });
});
