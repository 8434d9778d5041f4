// Compares a closed day's OUT, ledger and Twilio, and leaves what it found twice: as JSON, and as a page for people, whose
// failure never costs the JSON. The log's count of what does not fit is what the alarm looks at.
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { dynamoDb, s3, secretsManager } from "../shared/aws-clients";
import { dayIsOver, localTime } from "../shared/calendar";
import { requiredWhatsApp } from "../shared/channel-settings";
import { required, requiredDates, requiredNumber, requiredTexts } from "../shared/env";
import { errorFields, log } from "../shared/log";
import { type ReconciledDay, reconcile } from "./day-sources";
import { dayPage } from "./page/day-page";
import { imbalances, messageCount, pageKey, reportKey, reportText } from "./reconciliation";

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

/** What an invocation came to, with the keys of the report and of its page; nothing when the day had no offers. */
export type Reconciled = { readonly balanced?: boolean; readonly report?: string; readonly page?: string };

/** Leaves the page; undefined when that failed, which the log says. */
async function leavePage({ found, manifestText }: ReconciledDay): Promise<string | undefined> {
  try {
    const Key = pageKey(found.offerDate);
    const Body = dayPage(found, manifestText, settings.timeZone);
    await objects.send(new PutObjectCommand({ Bucket: outBucket, Key, Body, ContentType: "text/html; charset=utf-8" }));
    return Key;
  } catch (error) {
    log("page_failed", { offer_date: found.offerDate, ...errorFields(error) });
    return undefined;
  }
}

/** Invoked by the schedule with `{}`, or by hand with `{offer_date}`; throws while that day is not over. */
export async function handler(event: { readonly offer_date?: string }): Promise<Reconciled> {
  const now = Date.now();
  const offerDate = event?.offer_date ?? localTime(now, settings.timeZone).date;
  if (!dayIsOver(offerDate, holidays, now)) {
    throw new Error(`${offerDate} is not over: its lines are still at work. Reconcile it after its close.`);
  }
  const day = await reconcile(offerDate, new Date(now).toISOString(), {
    ...settings,
    db,
    s3: objects,
    twilioSecret: await secretText(twilioSecret),
    tokenSecret: await secretText(tokenSecret),
  });
  if (!day) {
    log("nothing_published", { offer_date: offerDate });
    return {};
  }
  const { found } = day;
  const Key = reportKey(offerDate);
  const Body = reportText(found);
  await objects.send(new PutObjectCommand({ Bucket: outBucket, Key, Body, ContentType: "application/json" }));
  const page = await leavePage(day);
  const { lines, findings } = found;
  log("reconciled", {
    offer_date: offerDate,
    lines,
    messages: messageCount(found),
    imbalances: imbalances(found),
    findings,
    report: Key,
    page,
  });
  return { balanced: imbalances(found) === 0, report: Key, page };
}
