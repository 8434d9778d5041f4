// Firehose holds 500 partitions open at most; one more is refused, never dropped.
import { errorsOf, firehoseOf, keysOf, minute, nineInSaoPaulo as nine, purchase, purchaseStream } from "./fixtures";

const stream = "mercafacil-local-purchase";

describe("active partitions", () => {
  const minuteOf = (n: number) => purchase({ event_date: `2026-${n}`, event_id: `e${n}` });
  const all = Array.from({ length: 501 }, (_, n) => minuteOf(n));

  test("are 500 in one interval: the 501st goes to the error prefix, counted", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, all.slice(0, 300), nine);
    await firehose.putRecordBatch(stream, all.slice(300), nine);
    await firehose.flushAll(nine);
    expect(keysOf(store, "data/")).toHaveLength(500);
    const [key = ""] = keysOf(store, "errors/purchase/active-partition-limit-exceeded/");
    const errors = errorsOf(store, key);
    expect(errors).toHaveLength(1);
    expect(Buffer.from(String(errors[0]?.rawData), "base64").equals(all[500] as Buffer)).toBe(true);
    expect(firehose.counters()[stream]).toMatchObject({
      accepted: 501,
      delivered: 500,
      failed: { "active-partition-limit-exceeded": 1 },
    });
  });

  test("still take records in when there are 500", async () => {
    const { firehose } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [...all.slice(0, 500), minuteOf(3)], nine);
    await firehose.flushAll(nine);
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 501, failed: {} });
  });

  test("are free again once delivered", async () => {
    const { firehose } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, all.slice(0, 500), nine);
    await firehose.putRecordBatch(stream, [minuteOf(500)], nine + 15 * minute);
    await firehose.flushAll(nine + 15 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 501, failed: {}, activePartitions: 0 });
  });

  test("stay active while S3 refuses their objects, and go on taking records in", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, all.slice(0, 500), nine);
    store.denied = (key) => key.startsWith("data/");
    await firehose.putRecordBatch(stream, [minuteOf(500), minuteOf(3)], nine + 20 * minute);
    await firehose.advance(nine + 60 * minute);
    expect(firehose.counters()[stream]).toMatchObject({
      failed: { "active-partition-limit-exceeded": 1 },
      activePartitions: 500,
      buffered: 501,
    });
  });

  test("are active as long as one buffer of theirs is: one delivered, the next still open", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase()], nine);
    store.denied = () => true;
    await firehose.putRecordBatch(stream, [purchase()], nine + 20 * minute);
    delete store.denied;
    await firehose.advance(nine + 21 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 1, buffered: 1, activePartitions: 1 });
  });

  test("are active and then free again though none of their records could be converted", async () => {
    const { firehose } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase({ schema_version: "one" })], nine);
    expect(firehose.counters()[stream]).toMatchObject({ activePartitions: 1 });
    await firehose.advance(nine + 15 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ activePartitions: 0, objects: 0 });
  });
});
