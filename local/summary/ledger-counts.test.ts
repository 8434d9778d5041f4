import { countLedger } from "./ledger-counts";

const line = (state: string, more: object = {}) => ({ kind: "line", offer_date: "2026-11-23", state, ...more });

test("lines of the day are counted by state, and by the reason or code of their end", () => {
  const rows = [
    line("DELIVERED"),
    line("SENT", { code: "TIMEOUT" }),
    line("DELIVERED", { code: "ECONNRESET" }),
    line("HELD", { code: "ECONNRESET" }),
    line("UNDELIVERED", { code: 30003 }),
    line("SUPPRESSED", { reason: "no_phone" }),
    { ...line("SENT"), offer_date: "2026-11-22" },
    { ...line("SENT"), kind: "phone" },
  ];
  expect(countLedger(rows, "2026-11-23")).toEqual({
    lines: 6,
    byState: { DELIVERED: 2, HELD: 1, SENT: 1, SUPPRESSED: 1, UNDELIVERED: 1 },
    byReason: { "HELD(ECONNRESET)": 1, "SUPPRESSED(no_phone)": 1, "UNDELIVERED(30003)": 1 },
  });
});
