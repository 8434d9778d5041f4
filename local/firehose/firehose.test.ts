// What becomes of records in the local Firehose, by the played clock.
import fc from "fast-check";
import {
  errorsOf,
  firehoseOf,
  keysOf,
  minute,
  nineInSaoPaulo as nine,
  purchase,
  purchaseStream,
  quarantineStream,
  record,
  rowsOf,
  withAttribute,
} from "./fixtures";

const stream = "mercafacil-local-purchase";
const quarantine = "mercafacil-local-quarantine";
const partition = "mercafacil-local-in/data/purchase/event_date=2026-11-22/event_hour=09/";

describe("buffering", () => {
  test("holds a partition until its interval has passed since its first record, then writes one object", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase({ event_id: "a" })], nine);
    await firehose.putRecordBatch(stream, [purchase({ event_id: "b" })], nine + 14 * minute);
    await firehose.advance(nine + 15 * minute - 1);
    expect(store.objects.size).toBe(0);
    await firehose.advance(nine + 15 * minute);
    const [key = ""] = keysOf(store);
    expect(store.objects.size).toBe(1);
    expect((await rowsOf(store, key)).map((row) => row.event_id)).toEqual(["a", "b"]);
  });

  test("never puts a record into an object that was due before the record arrived", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase({ event_id: "a" })], nine);
    await firehose.putRecordBatch(stream, [purchase({ event_id: "b" })], nine + 16 * minute);
    expect((await rowsOf(store, keysOf(store)[0] ?? "")).map((row) => row.event_id)).toEqual(["a"]);
  });

  test("delivers at once when the size hint is reached", async () => {
    const small = withAttribute(quarantineStream, "extended_s3_configuration.buffering_size", 1);
    const { firehose, store } = firehoseOf([small], []);
    await firehose.putRecordBatch(quarantine, [Buffer.alloc(900 * 1024, "x")], nine);
    expect(store.objects.size).toBe(0);
    await firehose.putRecordBatch(quarantine, [Buffer.alloc(200 * 1024, "x")], nine);
    expect(store.objects.size).toBe(1);
  });

  test("gives all of it when everything is flushed, and counts it", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase(), purchase({ event_hour: "10" })], nine);
    await firehose.flushAll(nine);
    expect(keysOf(store)).toHaveLength(2);
    expect(firehose.counters()[stream]).toMatchObject({ accepted: 2, delivered: 2, objects: 2, buffered: 0 });
  });
});

describe("objects", () => {
  test("are named as Firehose names them, by the arrival of the oldest record in the stream's zone", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase()], nine);
    await firehose.flushAll(nine + minute);
    expect(keysOf(store)[0]?.slice(partition.length)).toMatch(
      /^mercafacil-local-purchase-1-2026-11-22-09-00-00-[0-9a-f-]{36}\.parquet$/,
    );
  });

  test("hold the rows of their own partition, whatever the instant of arrival", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    const lastOfDay = purchase({ event_id: "last", event_date: "2026-11-21", event_hour: "23" });
    const firstOfDay = purchase({ event_id: "first", event_date: "2026-11-22", event_hour: "00" });
    await firehose.putRecordBatch(stream, [firstOfDay, lastOfDay], nine);
    await firehose.flushAll(nine);
    const keys = keysOf(store);
    expect(await rowsOf(store, keys[0] ?? "")).toMatchObject([{ event_id: "last" }]);
    expect(await rowsOf(store, keys[1] ?? "")).toMatchObject([{ event_id: "first" }]);
    expect(keys[0]).toContain("event_date=2026-11-21/event_hour=23/");
  });

  test("of a stream without conversion are the records' own bytes, one after another", async () => {
    const { firehose, store } = firehoseOf([quarantineStream], []);
    await firehose.putRecordBatch(quarantine, [record({ a: 1 }), record({ b: 2 })], nine);
    await firehose.flushAll(nine);
    const [key = ""] = keysOf(store, "quarantine/api/2026/11/22/");
    expect(Buffer.from(store.objects.get(key) ?? []).toString()).toBe('{"a":1}\n{"b":2}\n');
  });

  test("lie under the hour of arrival when the prefix has no expression", async () => {
    const { firehose, store } = firehoseOf(
      [withAttribute(quarantineStream, "extended_s3_configuration.prefix", "plain/")],
      [],
    );
    await firehose.putRecordBatch(quarantine, [record({})], nine);
    await firehose.flushAll(nine);
    expect(keysOf(store, "plain/2026/11/22/12/mercafacil-local-quarantine-1-")).toHaveLength(1);
  });

  test("that Firehose delivers twice hold the same records under two names", async () => {
    const { firehose, store } = firehoseOf([purchaseStream], undefined, { faults: { deliverTwice: () => true } });
    await firehose.putRecordBatch(stream, [purchase()], nine);
    await firehose.flushAll(nine);
    const [first = "", second = ""] = keysOf(store);
    expect(second).not.toBe("");
    expect(await rowsOf(store, second)).toEqual(await rowsOf(store, first));
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 1 });
  });
});

describe("when S3 refuses", () => {
  test("for an hour, nothing is lost, and every attempt is at the same object", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase()], nine);
    const tried = new Set<string>();
    store.denied = (key) => Boolean(tried.add(key));
    for (let n = 15; n <= 75; n += 15) await firehose.advance(nine + n * minute);
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 0, buffered: 1 });
    expect(tried.size).toBe(1);
    delete store.denied;
    await firehose.advance(nine + 80 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ delivered: 1, buffered: 0, expired: 0 });
    expect(await rowsOf(store, keysOf(store, "data/")[0] ?? "")).toHaveLength(1);
  });

  test("for over 24 hours, the loss is counted", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    await firehose.putRecordBatch(stream, [purchase(), purchase()], nine);
    store.denied = () => true;
    await firehose.advance(nine + 24 * 60 * minute - 1);
    expect(firehose.counters()[stream]).toMatchObject({ expired: 0, buffered: 2 });
    await firehose.advance(nine + 24 * 60 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ expired: 2, buffered: 0, activePartitions: 0 });
  });

  test("an error object, the whole stream stops until it can be written", async () => {
    const { firehose, store } = firehoseOf([purchaseStream]);
    store.denied = (key) => key.startsWith("errors/");
    await firehose.putRecordBatch(stream, [Buffer.from("{"), purchase()], nine);
    await firehose.advance(nine + 20 * minute);
    expect(store.objects.size).toBe(0);
    expect(firehose.counters()[stream]).toMatchObject({ blocked: true, buffered: 2 });
    delete store.denied;
    await firehose.advance(nine + 21 * minute);
    expect(firehose.counters()[stream]).toMatchObject({ blocked: false, buffered: 0, delivered: 1 });
  });
});

test("every accepted record is delivered, under the error prefix, expired or buffered, whatever happens in between", async () => {
  const step = fc.record({
    kinds: fc.array(fc.constantFrom("good", "broken", "keyless", "wrong type"), { maxLength: 5 }),
    hour: fc.integer({ min: 0, max: 3 }),
    minutes: fc.integer({ min: 0, max: 500 }),
    denied: fc.constantFrom("nothing", "data/", "errors/", ""),
  });
  const made: Record<string, (hour: number) => Buffer> = {
    good: (hour) => purchase({ event_hour: `0${hour}` }),
    broken: () => Buffer.from("{"),
    keyless: () => purchase({ event_hour: null }),
    "wrong type": (hour) => purchase({ event_hour: `0${hour}`, schema_version: 1.5 }),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { firehose, store } = firehoseOf([purchaseStream]);
      let now = nine;
      for (const { kinds, hour, minutes, denied } of steps) {
        now += minutes * minute;
        store.denied = (key) => key.startsWith(denied);
        await firehose.putRecordBatch(
          stream,
          kinds.map((kind) => made[kind]?.(hour) as Buffer),
          now,
        );
        await firehose.advance(now);
      }
      delete store.denied;
      await firehose.flushAll(now);
      const counted = firehose.counters()[stream];
      const written = { rows: 0, errors: 0 };
      for (const key of keysOf(store, "data/")) written.rows += (await rowsOf(store, key)).length;
      for (const key of keysOf(store, "errors/")) written.errors += errorsOf(store, key).length;
      const failed = Object.values(counted?.failed ?? {}).reduce((sum, each) => sum + each, 0);
      expect({ rows: counted?.delivered, errors: failed }).toEqual(written);
      expect(counted?.accepted).toBe(written.rows + written.errors + (counted?.expired ?? 0));
    }),
  );
});
