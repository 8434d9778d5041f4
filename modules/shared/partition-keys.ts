// One order of partition keys for the stream's prefix, the table's columns and the budget of open partitions.
import type { Contract } from "../../contracts/contract";
import { ABSENT_PARTITION, TIME_KEYS } from "../../contracts/stamps";

/**
 * The first local day that the lake has a place for: before the platform's first event and two years of an onboarding
 * chain's history, and not so early that a query without a date lists a decade of hours.
 */
export const FIRST_EVENT_DATE = "2024-01-01";

/** How finely the lake is cut by time. */
export type PartitionGranularity = "day" | "hour" | "minute";

/** The granularities, coarse to fine. */
export const PARTITION_GRANULARITIES: readonly PartitionGranularity[] = ["day", "hour", "minute"];

/** A partition key and the values it can take, in the platform's time zone. */
export interface PartitionKey {
  readonly name: string;
  readonly values: "dates" | { readonly least: number; readonly most: number } | readonly string[];
}

// How many of the time keys a granularity stamps, and what each can be.
const DEPTH: Readonly<Record<PartitionGranularity, number>> = { day: 1, hour: 2, minute: 3 };
const TIME_VALUES: Readonly<Record<(typeof TIME_KEYS)[number], PartitionKey["values"]>> = {
  event_date: "dates",
  event_hour: { least: 0, most: 23 },
  event_minute: { least: 0, most: 59 },
};

/** The partition keys of a contract, in path order: time, event type, then the contract's own. */
export function partitionKeys(contract: Contract, granularity: PartitionGranularity): readonly PartitionKey[] {
  return [
    ...TIME_KEYS.slice(0, DEPTH[granularity]).map((name) => ({ name, values: TIME_VALUES[name] })),
    { name: "event_type", values: contract.eventTypes },
    ...contract.partitions.map(({ name, values }) => ({ name, values: [...values, ABSENT_PARTITION] })),
  ];
}
