// Counts the ledger's lines of one day by state and reason.
import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";

/** A ledger row as plain values. */
export type LedgerRow = Readonly<Record<string, unknown>>;

const plain = (value: AttributeValue): unknown => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return plainRow(value.M);
  if (value.SS !== undefined) return [...value.SS].sort();
  if (value.NS !== undefined) return value.NS.map(Number).sort((one, other) => one - other);
  return undefined;
};

const plainRow = (item: Readonly<Record<string, AttributeValue>>): LedgerRow =>
  Object.fromEntries(
    Object.keys(item)
      .sort()
      .map((name) => [name, plain(item[name] as AttributeValue)]),
  );

/** Every row of the table, sorted by its key. */
export const readTable = async (client: DynamoDBClient, table: string, key: string): Promise<readonly LedgerRow[]> => {
  const rows: LedgerRow[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
    rows.push(...(page.Items ?? []).map(plainRow));
  return rows.sort((one, other) => (String(one[key]) < String(other[key]) ? -1 : 1));
};

/** What the ledger says of one day. */
export interface LedgerCounts {
  readonly lines: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
}

/** Counts the line rows of `offerDate`. */
export const countLedger = (rows: readonly LedgerRow[], offerDate: string): LedgerCounts => {
  const byState = new Map<string, number>();
  const byReason = new Map<string, number>();
  const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const lines = rows.filter(({ kind, offer_date }) => kind === "line" && offer_date === offerDate);
  for (const { state, reason, code } of lines) {
    add(byState, String(state));
    // A line that was in doubt and was healed still bears the code of its doubt, which says nothing of its end.
    const detail = reason ?? (state === "SENT" || state === "DELIVERED" ? undefined : code);
    if (detail !== undefined && detail !== null) add(byReason, `${state}(${detail})`);
  }
  const sorted = (counts: Map<string, number>) => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lines: lines.length, byState: sorted(byState), byReason: sorted(byReason) };
};
