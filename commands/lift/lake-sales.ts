// Sales out of the lake's Parquet, by token: a sale belongs to the person as in the nightly job, by its CPF, else by the
// CPF behind its loyalty number, else by that number.
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { prefix } from "../../contracts/contract";
import { contracts } from "../../generated/contracts";
import type { Sale } from "./measure-lift";

/** The IN bucket. */
export interface Lake {
  readonly s3: S3Client;
  readonly bucket: string;
}

type Cells = Readonly<Record<string, unknown>>;

const SNAPSHOTS = "snapshots/shopper/";
const cardKey = (tenantId: unknown, loyalty: unknown): string => `${tenantId}|${loyalty}`;

async function keysBelow({ s3, bucket }: Lake, below: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: below }))
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  return keys;
}

async function rowsOf({ s3, bucket }: Lake, key: string, columns: string[]): Promise<readonly Cells[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = new Uint8Array((await Body?.transformToByteArray()) ?? []);
  // Published as an ES module only, which the older of our Nodes cannot require.
  const { parquetReadObjects } = await import("hyparquet");
  try {
    return await parquetReadObjects({ file: bytes.buffer, columns });
  } catch (error) {
    throw new Error(`${key} is no readable Parquet file with ${columns.join(", ")}.`, { cause: error });
  }
}

/** The CPF tokens behind loyalty numbers, from the newest whole snapshot up to a day; empty when there is none. */
async function cardsUntil(lake: Lake, day: string): Promise<ReadonlyMap<string, string>> {
  const keys = await keysBelow(lake, SNAPSHOTS);
  const whole = keys.flatMap((key) => /^snapshots\/shopper\/([\d-]{10})\/_SUCCESS$/.exec(key)?.[1] ?? []);
  const newest = whole
    .filter((each) => each <= day)
    .sort()
    .at(-1);
  const cards = new Map<string, string>();
  for (const key of keys.filter((each) => each.startsWith(`${SNAPSHOTS}${newest}/`) && each.endsWith(".parquet"))) {
    for (const { tenant_id, kind, token, cpf } of await rowsOf(lake, key, ["tenant_id", "kind", "token", "cpf"]))
      if (kind === "loyalty" && typeof cpf === "string") cards.set(cardKey(tenant_id, token), cpf);
  }
  return cards;
}

/** The sales to known shoppers on local days (yyyy-MM-dd, in order), object by object. */
export async function* salesOn(lake: Lake, days: readonly string[]): AsyncGenerator<Sale> {
  const cards = await cardsUntil(lake, days.at(-1) ?? "");
  const folders = contracts.filter(({ name }) => name === "purchase").map(prefix);
  for (const day of days) {
    for (const folder of folders) {
      const keys = await keysBelow(lake, `${folder}event_date=${day}/`);
      for (const key of keys.filter((each) => each.includes("/event_type=sale/")).sort()) {
        for (const row of await rowsOf(lake, key, ["tenant_id", "cpf", "loyalty_id", "occurred_at"])) {
          const { tenant_id: tenantId, cpf, loyalty_id: loyalty, occurred_at: at } = row;
          const shopperId = cpf ?? cards.get(cardKey(tenantId, loyalty)) ?? loyalty;
          if (typeof tenantId === "string" && typeof shopperId === "string" && at instanceof Date)
            yield { tenantId, shopperId, atMs: at.getTime() };
        }
      }
    }
  }
}
