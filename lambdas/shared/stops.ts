// A STOP bars one phone of one chain until the shopper writes an opt-in word: of both the newest stands, in whatever
// order and however often they arrive, and of two at one instant the STOP.
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import DataLoader from "dataloader";
import { batchGet } from "./batch-get";
import { typed, typedRow } from "./dynamo-items";
import { pause } from "./pause";
import { personKey, STOP_FACT } from "./vault-facts";

/** The stops of phones in the vault. Instants are RFC 3339 texts. */
export type Stops = {
  /** Bars the phone; false when what stands is as new or newer. */
  readonly stop: (tenantId: string, phoneToken: string, word: string, at: string) => Promise<boolean>;
  /** Lifts what was said before `at`; false when what stands is as new or newer. */
  readonly lift: (tenantId: string, phoneToken: string, word: string, at: string) => Promise<boolean>;
  /** Whether the phone is barred now: a consistent read, with those of other phones asked for at the same time. */
  readonly isStopped: (tenantId: string, phoneToken: string) => Promise<boolean>;
};

// Reads that begin so soon after one another are one request, as many as it may hold.
const TOGETHER_MS = 2;
const MOST_TOGETHER = 100;

/** The stops in the vault's table. */
export function vaultStops(db: DynamoDBClient, table: string): Stops {
  async function write(
    row: Record<string, string | boolean>,
    condition: string,
    values: Record<string, string | true>,
  ) {
    try {
      await db.send(
        new PutItemCommand({
          TableName: table,
          Item: typedRow(row),
          ConditionExpression: `attribute_not_exists(person) OR ${condition}`,
          ExpressionAttributeValues: typedRow(values),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }
  async function areStopped(people: readonly string[]): Promise<boolean[]> {
    const keys = [...new Set(people)].map((person) => ({ person: typed(person), fact: typed(STOP_FACT) }));
    const rows = await batchGet(db, table, keys, ["person", "lifted"], pause);
    // A row that does not clearly say that it was lifted bars the phone.
    const barred = new Set(rows.filter(({ lifted }) => lifted !== true).map(({ person }) => person));
    return people.map((person) => barred.has(person));
  }
  const stopped = new DataLoader(areStopped, {
    cache: false,
    maxBatchSize: MOST_TOGETHER,
    batchScheduleFn: (read) => void setTimeout(read, TOGETHER_MS),
  });
  const rowOf = (tenantId: string, phoneToken: string, word: string, at: string) => ({
    person: personKey(tenantId, phoneToken),
    fact: STOP_FACT,
    word,
    occurred_at: at,
  });
  return {
    stop: (tenantId, phoneToken, word, at) =>
      write(
        { ...rowOf(tenantId, phoneToken, word, at), lifted: false },
        "occurred_at < :at OR (occurred_at = :at AND lifted = :lifted)",
        { ":at": at, ":lifted": true },
      ),
    lift: (tenantId, phoneToken, word, at) =>
      write({ ...rowOf(tenantId, phoneToken, word, at), lifted: true }, "occurred_at < :at", { ":at": at }),
    isStopped: (tenantId, phoneToken) => stopped.load(personKey(tenantId, phoneToken)),
  };
}
