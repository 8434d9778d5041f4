// One order of partition keys for the stream's prefix, the table's columns and the budget of open partitions.
import type { Contract } from "../../contracts/contract";

/** How finely the lake is cut by time. */
export type PartitionGranularity = "day" | "hour" | "minute";

/** The granularities, coarse to fine. */
export const PARTITION_GRANULARITIES: readonly PartitionGranularity[] = ["day", "hour", "minute"];

/** A partition key and the values it can take, in the platform's time zone. */
export interface PartitionKey {
  readonly name: string;
  readonly values: "dates" | { readonly least: number; readonly most: number } | readonly string[];
}

// What the collector stamps when a partition field is absent: a key may never be empty.
const ABSENT = "none";

const TIME_KEYS: Readonly<Record<PartitionGranularity, readonly PartitionKey[]>> = {
  day: [{ name: "event_date", values: "dates" }],
  hour: [
    { name: "event_date", values: "dates" },
    { name: "event_hour", values: { least: 0, most: 23 } },
  ],
  minute: [
    { name: "event_date", values: "dates" },
    { name: "event_hour", values: { least: 0, most: 23 } },
    { name: "event_minute", values: { least: 0, most: 59 } },
  ],
};

/** The partition keys of a contract, in path order: time, event type, then the contract's own. */
export function partitionKeys(contract: Contract, granularity: PartitionGranularity): readonly PartitionKey[] {
  return [
    ...TIME_KEYS[granularity],
    { name: "event_type", values: contract.eventTypes },
    ...contract.partitions.map(({ name, values }) => ({ name, values: [...values, ABSENT] })),
  ];
}
