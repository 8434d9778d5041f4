// `npm run lift`: per chain, whether messaged shoppers bought more than those who were held out.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DateTime } from "luxon";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { dayRows } from "../../lambdas/reconciler/day-rows";
import { s3OutBucket } from "../../lambdas/shared/out-bucket";
import { awsPlace, s3ClientOf } from "../environment-place";
import { runCommand, say } from "../run-command";
import { salesOn } from "./lake-sales";
import { datesBetween, readLiftOptions } from "./lift-options";
import { liftTable } from "./lift-table";
import { followShoppers } from "./measure-lift";

const run = async (): Promise<void> => {
  const options = readLiftOptions(process.argv.slice(2), ENVIRONMENTS);
  const { environment, from, to, days } = options;
  const prefix = prefixOf(environment.name);
  const db = new DynamoDBClient(awsPlace(options));
  const s3 = s3ClientOf(options);
  const out = s3OutBucket(s3, `${prefix}-out`);
  const shoppers = followShoppers(days);
  for (const offerDate of datesBetween(from, to)) {
    const manifest = await out.manifest(offerDate);
    for (const tenantId of new Set(manifest?.files.map((file) => file.tenantId)))
      for await (const row of dayRows(db, `${prefix}-ledger`, tenantId, offerDate)) shoppers.addLine(row);
  }
  // A message may leave on its offer date's evening: the last day in which a purchase counts ends that much later.
  const last = DateTime.fromISO(to, { zone: "utc" }).plus({ days }).toISODate()!;
  for await (const sale of salesOn({ s3, bucket: `${prefix}-in` }, datesBetween(from, last))) shoppers.addSale(sale);
  for (const line of liftTable(shoppers.lifts(), from, to, days)) say(line);
};

runCommand(run);
