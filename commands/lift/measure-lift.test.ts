import fc from "fast-check";
import type { DayRow } from "../../lambdas/reconciler/day-rows";
import { type ChainLift, followShoppers, type Sale } from "./measure-lift";

const AT = Date.parse("2026-11-23T15:00:00Z");
const DAY = 24 * 3_600_000;

const row = (shopperId: string, more: Partial<DayRow> = {}): DayRow => ({
  tenantId: "azul",
  shopperId,
  state: "DELIVERED",
  claimedAt: new Date(AT).toISOString(),
  // A receipt that came much later: what counts is when the message left.
  updatedAt: new Date(AT + 5 * DAY).toISOString(),
  ...more,
});
const heldOut = (shopperId: string, atMs = AT): DayRow =>
  row(shopperId, {
    state: "SUPPRESSED",
    reason: "hold_out",
    claimedAt: undefined,
    updatedAt: new Date(atMs).toISOString(),
  });
const sale = (shopperId: string, atMs: number, tenantId = "azul"): Sale => ({ tenantId, shopperId, atMs });

function measure(rows: readonly DayRow[], sales: readonly Sale[], days = 7): ChainLift[] {
  const shoppers = followShoppers(days);
  for (const each of rows) shoppers.addLine(each);
  for (const each of sales) shoppers.addSale(each);
  return shoppers.lifts();
}

test("shoppers are counted once, whoever bought after an offer of theirs as one who bought", () => {
  const rows = [
    row("a"),
    row("a", { claimedAt: new Date(AT + DAY).toISOString() }),
    row("b"),
    heldOut("c"),
    heldOut("d"),
  ];
  const sales = [sale("a", AT + 1), sale("a", AT + 2), sale("c", AT + 3), sale("nobody", AT + 4)];
  const [azul] = measure(rows, sales);
  expect(azul).toMatchObject({ messaged: { hits: 1, of: 2 }, heldOut: { hits: 1, of: 2 }, mixed: 0 });
  expect(azul?.lift?.difference).toBe(0);
});

test.each<[string, number, boolean]>([
  ["at the very moment of the offer", 0, false],
  ["a millisecond after it", 1, true],
  ["at the end of the days", 7 * DAY, true],
  ["after them", 7 * DAY + 1, false],
  ["before it", -1, false],
])("a purchase %s counts for both groups alike", (_, after, counts) => {
  const [azul] = measure([row("a"), heldOut("b")], [sale("a", AT + after), sale("b", AT + after)]);
  const hits = counts ? 1 : 0;
  expect(azul).toMatchObject({ messaged: { hits, of: 1 }, heldOut: { hits, of: 1 } });
});

test.each<[string, Partial<DayRow>, boolean]>([
  ["sent", { state: "SENT" }, true],
  ["undelivered", { state: "UNDELIVERED" }, true],
  ["refused by Twilio", { state: "REJECTED" }, true],
  ["held", { state: "HELD" }, true],
  ["without consent", { state: "SUPPRESSED", reason: "no_consent" }, false],
  ["expired", { state: "EXPIRED", reason: "window_closed" }, false],
])("a line that was %s puts its shopper among the messaged: %s", (_, change, counts) => {
  expect(measure([row("a", change), heldOut("b")], [])[0]!.messaged.of).toBe(counts ? 1 : 0);
});

test("whoever was both counts for neither, and an empty group has no lift", () => {
  const [azul] = measure([row("a"), heldOut("a", AT + DAY), row("b")], [sale("a", AT + 1), sale("b", AT + 1)]);
  expect(azul).toEqual({ tenantId: "azul", messaged: { hits: 1, of: 1 }, heldOut: { hits: 0, of: 0 }, mixed: 1 });
});

test("a purchase at another chain is none at this one", () => {
  const rows = [row("a"), row("a", { tenantId: "verde" }), heldOut("b")];
  const [azul, verde] = measure(rows, [sale("a", AT + 1, "verde")]);
  expect([azul?.messaged.hits, verde?.messaged.hits]).toEqual([0, 1]);
});

test("the order of lines and of sales changes nothing", () => {
  const rows = ["a", "b", "c"].flatMap((each) => [row(each), row(each, { tenantId: "verde" })]).concat(heldOut("d"));
  const sales = ["a", "a", "d"].map((each, index) => sale(each, AT + index + 1));
  const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: values.length });
  fc.assert(
    fc.property(shuffled(rows), shuffled(sales), (someRows, someSales) => {
      expect(measure(someRows, someSales)).toEqual(measure(rows, sales));
    }),
  );
});
