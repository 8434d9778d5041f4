// A record that cannot be delivered as asked is not lost: it lies under the error prefix, and the others go on.
import { errorsOf, firehoseOf, keysOf, minute, nineInSaoPaulo as nine, purchase, purchaseStream } from "./fixtures";

const stream = "mercafacil-local-purchase";

describe("a record that cannot be delivered as asked", () => {
  test.each([
    ["has no partition key", { event_hour: undefined }, "metadata-extraction-failed"],
    ["has a null partition key", { event_hour: null }, "metadata-extraction-failed"],
    ["has an empty partition key", { event_hour: "" }, "metadata-extraction-failed"],
    ["has a wrong type", { schema_version: "one" }, "format-conversion-failed"],
    ["has a time with an offset", { occurred_at: "2026-11-22T09:00:00-03:00" }, "format-conversion-failed"],
  ])("because it %s lies whole under the error prefix, and is counted", async (_, fields, type) => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    const bad = purchase(fields);
    await firehose.putRecordBatch(stream, [bad, purchase()], nine);
    await firehose.flushAll(nine);
    const [key = ""] = keysOf(store, "errors/");
    expect(key).toContain(`errors/purchase/${type}/2026/11/22/mercafacil-local-purchase-1-`);
    const [error] = errorsOf(store, key);
    expect(error).toMatchObject({ attemptsMade: 1, arrivalTimestamp: nine, rawData: bad.toString("base64") });
    expect(error?.errorCode).toMatch(/^(DynamicPartitioning|DataFormatConversion)\./);
    expect(firehose.counters()[stream]).toMatchObject({ accepted: 2, delivered: 1, failed: { [type]: 1 } });
  });

  test.each([
    ["a JSON array", '[{"event_date":"2026-11-22","event_hour":"09"}]'],
    ["not UTF-8", Buffer.from('{"event_date":"2026-11-22","event_hour":"\xff"}', "latin1")],
    ["not JSON", "{"],
    ["two documents", "{}{}"],
  ])("because it is %s fails, and the rest of its batch does not", async (_, text) => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [Buffer.from(text as string), purchase()], nine);
    await firehose.flushAll(nine);
    expect(errorsOf(store, keysOf(store, "errors/")[0] ?? "")).toHaveLength(1);
    expect(keysOf(store, "data/")).toHaveLength(1);
  });

  test("keeps its words to itself: the error names columns, never values", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(
      stream,
      [Buffer.from("x529.982.247-25"), purchase({ schema_version: "52998224725" + "x" })],
      nine,
    );
    await firehose.flushAll(nine);
    const messages = keysOf(store, "errors/").flatMap((key) =>
      errorsOf(store, key).map((error) => String(error.errorMessage)),
    );
    expect(messages).toHaveLength(2);
    expect(messages.join()).not.toMatch(/529/);
    expect(messages.join()).toContain("schema_version");
  });

  test("waits for its interval like any other", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [Buffer.from("{")], nine);
    await firehose.advance(nine + 15 * minute - 1);
    expect(store.objects.size).toBe(0);
    await firehose.advance(nine + 15 * minute);
    expect(keysOf(store, "errors/")).toHaveLength(1);
  });

  test("is dated under the error prefix in the stream's zone, not in UTC", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [Buffer.from("{")], Date.parse("2026-11-23T01:30:00Z"));
    await firehose.flushAll(Date.parse("2026-11-23T01:31:00Z"));
    expect(keysOf(store, "errors/")[0]).toContain("/2026/11/22/");
  });
});
