// How many partitions a stream can hold open at once. Firehose keeps a partition open from its first record until its
// buffer is delivered, and sends what exceeds the quota to the error prefix: so synth counts the worst case.
import type { PartitionGranularity, PartitionKey } from "../shared/partition-keys";

const SECONDS_PER_BUCKET: Readonly<Record<PartitionGranularity, number>> = { day: 86_400, hour: 3_600, minute: 60 };

/** What decides how much time one buffer can hold. */
export interface BudgetSettings {
  readonly bufferSeconds: number;
  readonly partitionGranularity: PartitionGranularity;
  /** Hours of events that stores may send at once after being offline. */
  readonly catchUpHours: number;
}

/**
 * Time buckets that one buffer can touch: events of `bufferSeconds` + `catchUpHours` in a row, which begin anywhere in
 * a bucket. Older stragglers open partitions too; the quota's remainder is theirs, and what overflows lies under the
 * error prefix, counted.
 */
export function openTimeBuckets({ bufferSeconds, partitionGranularity, catchUpHours }: BudgetSettings): number {
  const span = bufferSeconds + catchUpHours * 3_600;
  return Math.ceil(span / SECONDS_PER_BUCKET[partitionGranularity]) + 1;
}

/** Open partitions at worst: time buckets × the number of values of every other key. */
export function openPartitions(keys: readonly PartitionKey[], settings: BudgetSettings): number {
  const choices = keys.map(({ values }) => (Array.isArray(values) ? values.length : 1));
  return choices.reduce((product, count) => product * count, openTimeBuckets(settings));
}
