// What somebody else made, as a module takes it: names and ARNs, each with the customer-managed key that it lies under.
import type { BucketRef } from "@mercafacil/recommendation-platform/grants";
import type { Shoppers } from "@mercafacil/recommendation-platform/ingestion";
import type { Catalog, LakeBuckets } from "@mercafacil/recommendation-platform/lake";

const arn = (service: string, name: string) => `arn:aws:${service}:sa-east-1:111122223333:${name}`;
const key = { arn: arn("kms", "key/00000000-0000-4000-8000-000000000000") };
const bucket = (name: string): BucketRef => ({ name, arn: `arn:aws:s3:::${name}`, key });

const buckets: LakeBuckets = {
  in: bucket("their-in"),
  out: bucket("their-out"),
  artifacts: bucket("their-artifacts"),
  logs: { name: "their-logs", arn: "arn:aws:s3:::their-logs" },
};

const named = (kind: string, name: string) => ({ name: name.replace(/.*\//, ""), arn: arn("glue", `${kind}/${name}`) });
const contracts = ["coupon", "operator", "product", "purchase", "shopper"];

const catalog: Catalog = {
  arn: arn("glue", "catalog"),
  database: named("database", "events"),
  tables: new Map(contracts.map((contract) => [contract, named("table", `events/${contract}`)])),
};

export const theirLake = { buckets, catalog };

const table = (name: string) => ({ name, arn: arn("dynamodb", `table/${name}`), key });

export const theirShoppers: Shoppers = {
  vault: table("their-vault"),
  clients: table("their-clients"),
  tokenSecret: { arn: arn("secretsmanager", "secret:their-tokens"), key },
};
