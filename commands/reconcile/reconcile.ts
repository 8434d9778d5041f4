// `npm run reconcile`: whether a day's OUT, ledger and Twilio add up, and by claim what does not. Ends with 0 only then.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { reconcile } from "../../lambdas/reconciler/day-sources";
import { imbalances } from "../../lambdas/reconciler/reconciliation";
import { awsPlace } from "../environment-place";
import { readReconcileOptions } from "./reconcile-options";
import { reconciliationTable } from "./reconciliation-table";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const run = async (): Promise<boolean> => {
  const { environment, offerDate, endpoint, twilioUrl } = readReconcileOptions(process.argv.slice(2), ENVIRONMENTS);
  const { sending, timeZone } = environment;
  const place = awsPlace(environment, endpoint);
  const prefix = prefixOf(environment.name);
  const secrets = new SecretsManagerClient(place);
  const secretText = async (name: string) =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: `${prefix}/${name}` }))).SecretString;
  const found = await reconcile(offerDate, new Date().toISOString(), {
    db: new DynamoDBClient(place),
    s3: new S3Client({ ...place, forcePathStyle: endpoint !== undefined }),
    ledgerTable: `${prefix}-ledger`,
    outBucket: `${prefix}-out`,
    twilioBaseUrl: twilioUrl,
    twilioSecret: await secretText("twilio"),
    tokenSecret: await secretText("tokens"),
    senders: new Map(Object.entries(sending.senders)),
    whatsapp: new Map(Object.entries(sending.whatsapp)),
    pricePerSegmentBrl: sending.pricePerSegmentBrl,
    timeZone,
  });
  if (!found) throw new Error(`Nothing was published for ${offerDate} in ${environment.name}.`);
  for (const line of reconciliationTable(found)) process.stdout.write(`${line}\n`);
  return imbalances(found) === 0;
};

// A reader of the output that goes away (a pipe into head) is no reason to fail.
process.stdout.on("error", () => undefined);

run().then(
  (isBalanced) => {
    process.exitCode = isBalanced ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
