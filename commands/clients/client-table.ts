// Chains and their write keys as rows: every change is conditional, so that two administrators at once lose nothing.
import {
  type AttributeValue,
  type DynamoDBClient,
  paginateScan,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type ChainRow,
  type ClientStatus,
  chainItem,
  chainRowId,
  type KeyRow,
  keyItem,
  keyOf,
} from "../../lambdas/shared/clients";

/** A write key as it may be shown: never the key itself. */
export type KnownKey = Omit<KeyRow, "tenantId"> & { readonly rowId: string; readonly createdAt?: string };

/** A chain with its keys, oldest first. */
export type KnownChain = {
  readonly tenantId: string;
  readonly status: ClientStatus;
  readonly tier?: string;
  /** Number of the newest key. */
  readonly lastKey: number;
  readonly keys: readonly KnownKey[];
};

/** Something else was written in the meantime, or is there already. */
export class ChangedMeanwhile extends Error {
  override readonly name = "ChangedMeanwhile";
}

type Row = Record<string, AttributeValue>;
const numberOf = (keyId: string): number => Number(/-(\d+)$/.exec(keyId)?.[1] ?? 0);

/** All chains, by name. */
export async function readChains(db: DynamoDBClient, table: string): Promise<KnownChain[]> {
  const rows: Row[] = [];
  for await (const page of paginateScan({ client: db }, { TableName: table, ConsistentRead: true }))
    rows.push(...(page.Items ?? []));
  const keys = rows.flatMap((row) => {
    const key = row.pk?.S?.startsWith("key#") ? keyOf(row) : undefined;
    return key ? [{ ...key, rowId: row.pk?.S ?? "", createdAt: row.created_at?.S }] : [];
  });
  const chains = rows.filter((row) => row.pk?.S?.startsWith("chain#"));
  return chains
    .map((row): KnownChain => {
      const tenantId = row.tenant_id?.S ?? "";
      const own = keys
        .filter((key) => key.tenantId === tenantId)
        .map(({ tenantId: _, ...key }) => key)
        .sort((one, other) => numberOf(one.keyId) - numberOf(other.keyId));
      return {
        tenantId,
        status: row.status?.S === "active" ? "active" : "revoked",
        tier: row.tier?.S,
        lastKey: Math.max(Number(row.last_key?.N ?? 0), ...own.map(({ keyId }) => numberOf(keyId)), 0),
        keys: own,
      };
    })
    .sort((one, other) => (one.tenantId < other.tenantId ? -1 : 1));
}

async function together(db: DynamoDBClient, items: TransactWriteItem[]): Promise<void> {
  try {
    await db.send(new TransactWriteItemsCommand({ TransactItems: items }));
  } catch (error) {
    if (error instanceof Error && error.name === "TransactionCanceledException")
      throw new ChangedMeanwhile("It was changed by somebody else at the same time, or is there already: look again.");
    throw error;
  }
}

const putKey = (TableName: string, writeKey: string, key: KeyRow, createdAt: string): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { ...keyItem(writeKey, key), created_at: { S: createdAt } },
    ConditionExpression: "attribute_not_exists(pk)",
  },
});

/** Writes a new chain and its first key; throws ChangedMeanwhile when the chain is there. */
export async function putChain(
  db: DynamoDBClient,
  table: string,
  chain: ChainRow & { readonly tier: string },
  writeKey: string,
  key: KeyRow,
  createdAt: string,
): Promise<void> {
  const more = { tier: { S: chain.tier }, last_key: { N: "1" }, created_at: { S: createdAt } };
  const Put = {
    TableName: table,
    Item: { ...chainItem(chain), ...more },
    ConditionExpression: "attribute_not_exists(pk)",
  };
  await together(db, [{ Put }, putKey(table, writeKey, key, createdAt)]);
}

/** Writes a chain's next key, number `lastKey` + 1. */
export async function putNextKey(
  db: DynamoDBClient,
  table: string,
  { tenantId, lastKey }: Pick<KnownChain, "tenantId" | "lastKey">,
  writeKey: string,
  key: KeyRow,
  createdAt: string,
): Promise<void> {
  const Update = {
    TableName: table,
    Key: { pk: { S: chainRowId(tenantId) } },
    UpdateExpression: "SET last_key = :next",
    // Of two that counted the same keys, one writes.
    ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(last_key) OR last_key = :last)",
    ExpressionAttributeValues: { ":next": { N: String(lastKey + 1) }, ":last": { N: String(lastKey) } },
  };
  await together(db, [{ Update }, putKey(table, writeKey, key, createdAt)]);
}

/** Revokes a key; revoking twice is no mistake. */
export async function revokeKey(db: DynamoDBClient, table: string, rowId: string, at: string): Promise<void> {
  await db.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: rowId } },
      UpdateExpression: "SET #status = :revoked, revoked_at = if_not_exists(revoked_at, :at)",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":revoked": { S: "revoked" }, ":at": { S: at } },
    }),
  );
}
