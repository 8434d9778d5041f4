// What the collector adds to every event: columns that the lake has beside the contract's, and keys of its folders.

/** Columns stamped on every event, in the tables' order after the contract's fields. */
export const STAMPED_COLUMNS = [
  { name: "tenant_id", kind: "string" },
  { name: "received_at", kind: "timestamp" },
  { name: "schema_version", kind: "bigint" },
] as const;

/** Partition keys of time, in path order; the granularity says how many of them are stamped. */
export const TIME_KEYS = ["event_date", "event_hour", "event_minute"] as const;

/** Names that no contract may use, since the collector stamps them. */
export const STAMPED_FIELDS: readonly string[] = [...STAMPED_COLUMNS.map(({ name }) => name), ...TIME_KEYS];

/** What is stamped for a partition field that the event leaves out: Firehose refuses an empty key. */
export const ABSENT_PARTITION = "none";
