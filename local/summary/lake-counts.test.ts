import { countLakeObject, divideStoredRows, emptyLakeCounts } from "./lake-counts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

test("an object that is no Parquet is counted as an object, and its rows as nobody's", async () => {
  const counts = emptyLakeCounts();
  await countLakeObject(counts, "data/purchase/a.parquet", bytes("PAR1 and no more"));
  await countLakeObject(counts, "data/purchase/b.parquet", bytes(""));
  expect(counts.unreadable).toBe(2);
  expect(divideStoredRows(counts, undefined, ["purchase"])).toEqual({ stored: 0, unread: 0, otherContracts: 0 });
});

test("quarantine holds a row a line, and of an object set aside as many as its footer said", async () => {
  const counts = emptyLakeCounts();
  await countLakeObject(
    counts,
    "quarantine/night/2026-11-22/part-0.txt",
    bytes('{"reason":"VALUE"}\n{"reason":"VALUE"}\n'),
  );
  const objects = [{ rows: 40 }, { rows: null }, { rows: 0 }].map((object) => `${JSON.stringify(object)}\n`).join("");
  await countLakeObject(counts, "quarantine/night/2026-11-22/objects.jsonl", bytes(objects));
  await countLakeObject(counts, "quarantine/ingestion/2026-11-22/objects.jsonl", bytes(objects));
  expect(counts.quarantined).toBe(2 + 40 + 3);
});

test("what a compacted copy stands for is read as the copy is, and a day named as a whole is not", () => {
  const counts = emptyLakeCounts();
  const key = (name: string): string => `data/purchase/event_date=2026-11-22/${name}.parquet`;
  for (const name of ["a", "b", "c", "old"]) counts.rowsByKey.set(key(name), 10);
  const sources = [{ key: key("a") }, { key: key("b") }];
  const input = {
    objects: [
      { key: "snapshots/compacted/purchase/ab.parquet", role: "window", sources },
      { key: key("c"), role: "unread" },
    ],
  };
  expect(divideStoredRows(counts, input, ["purchase"])).toEqual({ stored: 40, unread: 20, otherContracts: 0 });
});
