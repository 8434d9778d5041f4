// Every sender number has one row of slots, evenly spaced in time, and each slot is given to one request of one sender:
// however many ask at once, a number's requests never begin more often than it may send.
import { type DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { plainRow, typed, typedRow } from "./dynamo-items";

/** Slots of a number: so many, the first at that instant (epoch ms), the others each `apartMs` later. */
export type SlotRun = { readonly firstAt: number; readonly count: number; readonly apartMs: number };

/** Milliseconds between two slots: rounded up to a thousandth, so that no second ever holds one too many. */
export const apart = (perSecond: number): number => Math.ceil(1_000_000 / perSecond) / 1000;

/** The slots of sender numbers (or messaging services). */
export type SendSlots = {
  /** Takes the next `count` slots, none before `now`. A repetition that nobody knows of leaves slots unused, no more. */
  readonly take: (sender: string, count: number, perSecond: number, now: number) => Promise<SlotRun>;
};

// No sender is ever so far ahead: such a row was written by a clock that was wrong.
const FURTHEST_AHEAD_MS = 30 * 60_000;
const MAXIMUM_TRIES = 20;

/** The slots in the control table, in the item `slots#<sender>`: `next` is the instant of the next free one. */
export function dynamoSendSlots(db: DynamoDBClient, table: string): SendSlots {
  async function advance(sender: string, input: Partial<UpdateItemCommandInput>, values: Record<string, number>) {
    try {
      const { Attributes } = await db.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: typed(`slots#${sender}`) },
          ExpressionAttributeNames: { "#next": "next" },
          ExpressionAttributeValues: typedRow(values),
          ReturnValues: "UPDATED_NEW",
          ...input,
        }),
      );
      return Number(plainRow(Attributes ?? {}).next);
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return undefined;
      throw error;
    }
  }

  /** The next free slot of a number as this worker saw it last: which write is tried first, nothing else. */
  const seen = new Map<string, number>();

  return {
    async take(sender, count, perSecond, now) {
      const apartMs = apart(perSecond);
      const span = count * apartMs;
      const far = now + FURTHEST_AHEAD_MS;
      const behindOthers = async (): Promise<number | undefined> => {
        const condition = { ConditionExpression: "#next BETWEEN :now AND :far" };
        const values = { ":span": span, ":now": now, ":far": far };
        return advance(sender, { UpdateExpression: "SET #next = #next + :span", ...condition }, values);
      };
      const afresh = async (): Promise<number | undefined> => {
        const condition = { ConditionExpression: "attribute_not_exists(#next) OR NOT #next BETWEEN :now AND :far" };
        const values = { ":then": now + span, ":now": now, ":far": far };
        return advance(sender, { UpdateExpression: "SET #next = :then", ...condition }, values);
      };
      const past = (seen.get(sender) ?? now) < now;
      for (let tries = 0; tries < MAXIMUM_TRIES; tries += 1) {
        const next = past === (tries % 2 === 0) ? await afresh() : await behindOthers();
        if (next === undefined) continue;
        seen.set(sender, next);
        return { firstAt: next - span, count, apartMs };
      }
      throw new Error(`The slots of a sender number were always somebody else's, ${MAXIMUM_TRIES} times.`);
    },
  };
}
