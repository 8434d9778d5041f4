// The day's money is leased to senders a little at a time, in one conditional write on the day's row: what is leased and
// what is spent never pass the budget together, and a write that is repeated counts once.
import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { plainRow, type Row, typed, typedRow } from "./dynamo-items";
import type { Shard } from "./shard";

/** Where all claims that a lease pays for lie: a part of one version of an OUT file. */
export type LeasePlace = Pick<Shard, "tenantId" | "offerDate" | "key" | "etag" | "start" | "end">;

/** Money of a day in one sender's hands. */
export type MoneyLease = {
  /** Never used twice. */
  readonly id: string;
  /** How often it was raised, from 1; tells a raise from its repetition. */
  readonly raises: number;
  /** BRL in all, what was paid from it included. */
  readonly brl: number;
  /** Epoch ms after which its sender is no longer running. */
  readonly until: number;
  readonly place: LeasePlace;
};

/** What came of a raise: done, too little money left (BRL), or the lease had been ended. */
export type Raise = "raised" | "ended" | { readonly leftBrl: number };

/** The leases of a day. Money is BRL with at most four decimals. */
export type MoneyLeases = {
  /** Makes `lease` out of `before` (undefined: out of nothing), if the day has the difference left. */
  readonly raise: (lease: MoneyLease, before: MoneyLease | undefined, dailyBrl: number) => Promise<Raise>;
  /** Ends a lease: what it paid stays spent, the rest returns to the day. False when it is not as given any more. */
  readonly end: (lease: MoneyLease, spentBrl: number) => Promise<boolean>;
  /** The leases of a day that have not ended (a consistent read). */
  readonly open: (offerDate: string) => Promise<MoneyLease[]>;
  /** Notes that some line of the day could not be paid for. */
  readonly noteRefusal: (offerDate: string) => Promise<void>;
};

/** Key of the row that holds a day's money in the control table. */
export const spentKey = (offerDate: string): string => `spent#${offerDate}`;

const PREFIX = "lease#";
const money = (brl: number) => ({ N: brl.toFixed(4) });
const nameOf = ({ id }: MoneyLease): string => `${PREFIX}${id}`;

/** A lease as its attribute says it: equal texts are equal leases. */
const textOf = ({ raises, brl, until, place }: MoneyLease): string =>
  JSON.stringify([raises, brl.toFixed(4), until, place.tenantId, place.key, place.etag, place.start, place.end]);

function leaseOf(offerDate: string, name: string, text: string): MoneyLease {
  const [raises, brl, until, tenantId, key, etag, start, end] = JSON.parse(text);
  const place = { tenantId, offerDate, key, etag, start, end };
  return { id: name.slice(PREFIX.length), raises, brl: Number(brl), until, place };
}

/** The leases in a day's row. */
export const leasesOf = (offerDate: string, row: Row): MoneyLease[] =>
  Object.entries(row)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, text]) => leaseOf(offerDate, name, String(text)));

/** The row as it was when a condition on it did not hold; undefined when it was something else that failed. */
const rowOfRefusal = (error: unknown): Row | undefined => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") return undefined;
  return plainRow((error as { Item?: Parameters<typeof plainRow>[0] }).Item ?? {});
};

/** The leases in the control table. */
export function dynamoMoneyLeases(db: DynamoDBClient, table: string): MoneyLeases {
  const update = (offerDate: string, input: Omit<UpdateItemCommandInput, "TableName" | "Key">) =>
    db.send(new UpdateItemCommand({ TableName: table, Key: { id: typed(spentKey(offerDate)) }, ...input }));

  return {
    async raise(lease, before, dailyBrl) {
      const { offerDate } = lease.place;
      const more = lease.brl - (before?.brl ?? 0);
      const same = before ? "#lease = :before" : "attribute_not_exists(#lease)";
      // A day without a row has spent nothing.
      const first = more <= dailyBrl + 0.00005 ? "attribute_not_exists(brl) OR " : "";
      try {
        await update(offerDate, {
          UpdateExpression: "SET brl = if_not_exists(brl, :none) + :more, #lease = :lease",
          ConditionExpression: `${same} AND (${first}brl <= :most)`,
          ExpressionAttributeNames: { "#lease": nameOf(lease) },
          ExpressionAttributeValues: {
            ...typedRow({ ":lease": textOf(lease), ":before": before && textOf(before) }),
            ":none": money(0),
            ":more": money(more),
            ":most": money(dailyBrl - more),
          },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        });
        return "raised";
      } catch (error) {
        const row = rowOfRefusal(error);
        if (!row) throw error;
        const there = row[nameOf(lease)];
        if (there === textOf(lease)) return "raised";
        if (there !== (before && textOf(before))) return "ended";
        return { leftBrl: Math.max(0, dailyBrl - Number(row.brl ?? 0)) };
      }
    },

    async end(lease, spentBrl) {
      try {
        await update(lease.place.offerDate, {
          UpdateExpression: "SET brl = brl - :rest REMOVE #lease",
          ConditionExpression: "#lease = :lease",
          ExpressionAttributeNames: { "#lease": nameOf(lease) },
          ExpressionAttributeValues: { ...typedRow({ ":lease": textOf(lease) }), ":rest": money(lease.brl - spentBrl) },
        });
        return true;
      } catch (error) {
        if (!rowOfRefusal(error)) throw error;
        return false;
      }
    },

    async open(offerDate) {
      const Key = { id: typed(spentKey(offerDate)) };
      const { Item } = await db.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return leasesOf(offerDate, plainRow(Item ?? {}));
    },

    async noteRefusal(offerDate) {
      const ExpressionAttributeValues = typedRow({ ":yes": true });
      await update(offerDate, { UpdateExpression: "SET refused = :yes", ExpressionAttributeValues });
    },
  };
}
