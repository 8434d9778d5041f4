// `npm run reconcile`: whether a day's OUT, ledger and Twilio add up, and by claim what does not. Ends with 0 only then.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { reconcile } from "../../lambdas/reconciler/day-sources";
import { imbalances } from "../../lambdas/reconciler/reconciliation";
import { awsPlace, s3ClientOf } from "../environment-place";
import { runCommand, say } from "../run-command";
import { readReconcileOptions } from "./reconcile-options";
import { reconciliationTable } from "./reconciliation-table";

const run = async (): Promise<boolean> => {
  const options = readReconcileOptions(process.argv.slice(2), ENVIRONMENTS);
  const { environment, offerDate, twilioUrl } = options;
  const { sending, timeZone } = environment;
  const place = awsPlace(options);
  const prefix = prefixOf(environment.name);
  const secrets = new SecretsManagerClient(place);
  const secretText = async (name: string) =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: `${prefix}/${name}` }))).SecretString;
  const day = await reconcile(offerDate, new Date().toISOString(), {
    db: new DynamoDBClient(place),
    s3: s3ClientOf(options),
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
  if (!day) throw new Error(`Nothing was published for ${offerDate} in ${environment.name}.`);
  for (const line of reconciliationTable(day.found)) say(line);
  return imbalances(day.found) === 0;
};

runCommand(run);
