import { partitionKeys } from "../shared/partition-keys";
import { openPartitions, openTimeBuckets } from "./partition-budget";

const contract = {
  name: "purchase",
  major: 1,
  eventTypes: ["sale", "return"],
  fields: [],
  partitions: [{ name: "region", values: ["n", "ne", "co", "se", "s"] }],
  document: {},
};

test.each([
  ["hour", 900, 0, 2],
  ["hour", 900, 24, 26],
  ["minute", 60, 0, 2],
  ["minute", 900, 0, 16],
  ["day", 900, 24, 3],
] as const)(
  "by %s, a buffer of %i s after %i h offline touches %i time buckets",
  (granularity, seconds, hours, buckets) => {
    const settings = { bufferSeconds: seconds, partitionGranularity: granularity, catchUpHours: hours };
    expect(openTimeBuckets(settings)).toBe(buckets);
  },
);

test("no placement of the span in the buckets touches more than counted", () => {
  const settings = { bufferSeconds: 900, partitionGranularity: "hour", catchUpHours: 1 } as const;
  const span = 900 + 3_600;
  const touched = Array.from({ length: 3_600 }, (_, start) => Math.floor((start + span) / 3_600) + 1);
  expect(openTimeBuckets(settings)).toBe(Math.max(...touched));
});

test("every value of every other key multiplies the time buckets, the absent one included", () => {
  const settings = { bufferSeconds: 900, partitionGranularity: "hour", catchUpHours: 24 } as const;
  expect(openPartitions(partitionKeys(contract, "hour"), settings)).toBe(26 * 2 * 6);
});
