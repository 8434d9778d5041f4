// Operators' switches and the day's money: read at the moment of sending, reserved before a claim, given back when
// nothing was bought, so that senders together never pass the budget.
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type CircuitSeen, circuitOf } from "./circuit";
import { plainRow, type Row, typed } from "./dynamo-items";

/** What the operators and the circuit say now, for one chain and day. */
export type Switches = CircuitSeen & {
  /** The kill switch, or this chain's pause. */
  readonly stopped: boolean;
  /** The day's money in BRL; 0 when no budget was set. */
  readonly dailyBrl: number;
  /** Reserved or spent so far. */
  readonly spentBrl: number;
  /** Some line could not be paid for today. */
  readonly budgetRefused: boolean;
};

/** The control table as dispatch uses it. Money is BRL with at most four decimals. */
export type Control = {
  readonly switches: (tenantId: string, offerDate: string) => Promise<Switches>;
  /** Whether the phone is on its chain's allow-list. */
  readonly isAllowed: (tenantId: string, phoneToken: string) => Promise<boolean>;
  /** Reserves money for one message; false when the day has not that much left. */
  readonly reserve: (offerDate: string, brl: number, dailyBrl: number) => Promise<boolean>;
  /** Gives back a reservation that bought nothing. */
  readonly giveBack: (offerDate: string, brl: number) => Promise<void>;
};

const money = (brl: number) => ({ N: brl.toFixed(4) });
const keyed = (id: string) => ({ id: typed(id) });
const failed = (error: unknown): boolean => error instanceof Error && error.name === "ConditionalCheckFailedException";

/** What the rows of the control table mean; a missing budget is no money, a missing switch is off. */
export function switchesOf(rows: ReadonlyMap<string, Row>, tenantId: string, offerDate: string): Switches {
  const spent = rows.get(`spent#${offerDate}`);
  return {
    stopped: rows.get("kill_switch")?.on === true || rows.get(`pause#${tenantId}`)?.on === true,
    ...circuitOf(rows.get("circuit")),
    dailyBrl: Number(rows.get("budget")?.daily_brl ?? 0),
    spentBrl: Number(spent?.brl ?? 0),
    budgetRefused: spent?.refused === true,
  };
}

/** The control table in DynamoDB. */
export function dynamoControl(db: DynamoDBClient, table: string): Control {
  async function rows(ids: readonly string[]): Promise<Map<string, Row>> {
    const found = new Map<string, Row>();
    const request = { Keys: ids.map(keyed), ConsistentRead: true };
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetItemCommand({ RequestItems: { [table]: request } }),
    );
    // A switch that was not read is not known to be off.
    if (UnprocessedKeys?.[table]) throw new Error("The control table did not answer for every switch.");
    for (const item of Responses?.[table] ?? []) found.set(item.id?.S ?? "", plainRow(item));
    return found;
  }

  const update = (id: string, input: Omit<UpdateItemCommandInput, "TableName" | "Key">) =>
    db.send(new UpdateItemCommand({ TableName: table, Key: keyed(id), ...input }));

  return {
    async switches(tenantId, offerDate) {
      const ids = ["kill_switch", `pause#${tenantId}`, "budget", `spent#${offerDate}`, "circuit"];
      return switchesOf(await rows(ids), tenantId, offerDate);
    },

    async isAllowed(tenantId, phoneToken) {
      const id = `allow#${tenantId}#${phoneToken}`;
      return (await rows([id])).has(id);
    },

    async reserve(offerDate, brl, dailyBrl) {
      const id = `spent#${offerDate}`;
      const first = brl <= dailyBrl ? "attribute_not_exists(brl) OR " : "";
      try {
        await update(id, {
          UpdateExpression: "SET brl = if_not_exists(brl, :none) + :brl",
          ConditionExpression: `${first}brl <= :most`,
          ExpressionAttributeValues: { ":none": money(0), ":brl": money(brl), ":most": money(dailyBrl - brl) },
        });
        return true;
      } catch (error) {
        if (!failed(error)) throw error;
        await update(id, {
          UpdateExpression: "SET refused = :yes",
          ExpressionAttributeValues: { ":yes": typed(true) },
        });
        return false;
      }
    },

    async giveBack(offerDate, brl) {
      try {
        await update(`spent#${offerDate}`, {
          UpdateExpression: "SET brl = brl - :brl",
          ConditionExpression: "brl >= :brl",
          ExpressionAttributeValues: { ":brl": money(brl) },
        });
      } catch (error) {
        // An operator who set the day's spending lower has the last word.
        if (!failed(error)) throw error;
      }
    },
  };
}
