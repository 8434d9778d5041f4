// Runs the one kind of jq query that the platform allows itself, copies of the record's own fields, and refuses any
// other: time arithmetic in jq 1.6 goes wrong silently.

/** A partition key and the field that it copies. */
export interface FieldCopy {
  readonly key: string;
  readonly field: string;
}

const name = "[A-Za-z_][A-Za-z0-9_]*";
const copy = new RegExp(`^\\s*(${name})\\s*:\\s*\\.(${name})\\s*$`);

/** Parses `{event_date:.event_date, event_hour:.event_hour}`. */
export function parsePartitionQuery(query: string): FieldCopy[] {
  const body = /^\s*\{([^{}]*)\}\s*$/.exec(query)?.[1];
  const copies = body?.split(",").map((pair): FieldCopy | undefined => {
    const [, key, field] = copy.exec(pair) ?? [];
    return key === undefined || field === undefined ? undefined : { key, field };
  });
  if (copies === undefined || copies.includes(undefined)) {
    throw new Error(`the local Firehose runs only field copies, {key:.field, …}, and not the jq query "${query}"`);
  }
  return copies as FieldCopy[];
}

/** The keys of one record; throws, naming the key, when one is missing, null, empty or not a plain value. */
export function partitionKeys(record: unknown, copies: readonly FieldCopy[]): Record<string, string> {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw new Error("the record is not a JSON object");
  }
  const keys: Record<string, string> = {};
  for (const { key, field } of copies) {
    const value = Object.hasOwn(record, field) ? (record as Record<string, unknown>)[field] : undefined;
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!isPlain || value === "") throw new Error(`partition key ${key} is null, empty or not a plain value`);
    keys[key] = String(value);
  }
  return keys;
}
