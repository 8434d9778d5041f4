// Compares a closed day's OUT, ledger and Twilio, and leaves what it found beside the other reports; the log's count of
// what does not fit is what the alarm looks at.
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { dynamoDb, s3, secretsManager } from "../shared/aws-clients";
import { dayIsOver, localTime } from "../shared/calendar";
import { requiredWhatsApp } from "../shared/channel-settings";
import { required, requiredDates, requiredNumber, requiredTexts } from "../shared/env";
import { log } from "../shared/log";
import { reconcile } from "./day-sources";
import { imbalances, messageCount, reportKey, reportText } from "./reconciliation";

const twilioSecret = required("TWILIO_SECRET_ARN");
const tokenSecret = required("TOKEN_SECRET_ARN");
const holidays = requiredDates("HOLIDAYS");
const outBucket = required("OUT_BUCKET");
const settings = {
  ledgerTable: required("LEDGER_TABLE"),
  outBucket,
  twilioBaseUrl: required("TWILIO_BASE_URL"),
  senders: requiredTexts("SENDERS"),
  whatsapp: requiredWhatsApp("WHATSAPP"),
  pricePerSegmentBrl: requiredNumber("PRICE_PER_SEGMENT_BRL", 0),
  timeZone: required("TIME_ZONE"),
};
const db = dynamoDb();
const objects = s3();
const secrets = secretsManager();

const secretText = async (arn: string): Promise<string | undefined> =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;

/** What an invocation came to; nothing when the day had no offers. */
export type Reconciled = { readonly balanced?: boolean; readonly report?: string };

/** Invoked by the schedule with `{}`, or by hand with `{offer_date}`; throws while that day is not over. */
export async function handler(event: { readonly offer_date?: string }): Promise<Reconciled> {
  const now = Date.now();
  const offerDate = event?.offer_date ?? localTime(now, settings.timeZone).date;
  if (!dayIsOver(offerDate, holidays, now)) {
    throw new Error(`${offerDate} is not over: its lines are still at work. Reconcile it after its close.`);
  }
  const found = await reconcile(offerDate, new Date(now).toISOString(), {
    ...settings,
    db,
    s3: objects,
    twilioSecret: await secretText(twilioSecret),
    tokenSecret: await secretText(tokenSecret),
  });
  if (!found) {
    log("nothing_published", { offer_date: offerDate });
    return {};
  }
  const Key = reportKey(offerDate);
  const Body = reportText(found);
  await objects.send(new PutObjectCommand({ Bucket: outBucket, Key, Body, ContentType: "application/json" }));
  const { lines, findings } = found;
  log("reconciled", {
    offer_date: offerDate,
    lines,
    messages: messageCount(found),
    imbalances: imbalances(found),
    findings,
  });
  return { balanced: imbalances(found) === 0, report: Key };
}
