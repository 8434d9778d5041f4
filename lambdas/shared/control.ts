// Operators' switches, the day's money and the circuit, as they are read at the moment of sending.
import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type CircuitSeen, circuitOf } from "./circuit";
import { plainRow, type Row, typed } from "./dynamo-items";
import { spentKey } from "./money-leases";

/** What the operators and the circuit say now, for one chain and day. */
export type Switches = CircuitSeen & {
  /** The kill switch, or this chain's pause. */
  readonly stopped: boolean;
  /** The day's money in BRL; 0 when no budget was set. */
  readonly dailyBrl: number;
  /** Spent so far, or leased to senders. */
  readonly spentBrl: number;
  /** Some line could not be paid for today. */
  readonly budgetRefused: boolean;
};

/** The control table as dispatch uses it. */
export type Control = {
  readonly switches: (tenantId: string, offerDate: string) => Promise<Switches>;
  /** Whether the phone is on its chain's allow-list. */
  readonly isAllowed: (tenantId: string, phoneToken: string) => Promise<boolean>;
};

const keyed = (id: string) => ({ id: typed(id) });

/** What the rows of the control table mean; a missing budget is no money, a missing switch is off. */
export function switchesOf(rows: ReadonlyMap<string, Row>, tenantId: string, offerDate: string): Switches {
  const spent = rows.get(spentKey(offerDate));
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

  return {
    async switches(tenantId, offerDate) {
      const ids = ["kill_switch", `pause#${tenantId}`, "budget", spentKey(offerDate), "circuit"];
      return switchesOf(await rows(ids), tenantId, offerDate);
    },

    async isAllowed(tenantId, phoneToken) {
      const id = `allow#${tenantId}#${phoneToken}`;
      return (await rows([id])).has(id);
    },
  };
}
