// DynamoDB's typed values, for the few types that our tables hold: text, numbers (as exact decimals) and booleans.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A plain row. */
export type Row = Record<string, string | number | boolean>;

/** One typed value. */
export function typed(value: string | number | boolean): AttributeValue {
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
}

/** A row with what is undefined left out. */
export function typedRow(row: Record<string, string | number | boolean | undefined>): Record<string, AttributeValue> {
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(row)) if (value !== undefined) item[name] = typed(value);
  return item;
}

/** A row as plain values; other types are left out. */
export function plainRow(item: Record<string, AttributeValue>): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(item)) {
    if (value.S !== undefined) row[name] = value.S;
    else if (value.N !== undefined) row[name] = Number(value.N);
    else if (value.BOOL !== undefined) row[name] = value.BOOL;
  }
  return row;
}
