// At the end of the night: are today's offers published, for every chain? What is missing is said in the log, which an
// alarm watches, while there is still time before the first message.
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../shared/aws-clients";
import { localTime } from "../shared/calendar";
import { required } from "../shared/env";
import { log } from "../shared/log";
import { manifestKey } from "../shared/manifest";
import { dayBefore, type Missing, missingOf } from "./missing";

const bucket = required("OUT_BUCKET");
const timeZone = required("TIME_ZONE");
const client = s3();

async function manifestText(offerDate: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: manifestKey(offerDate) }));
    return await Body?.transformToString("utf-8");
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Invoked by the schedule with `{}`, or by hand with `{offer_date}`; answers what is missing. */
export async function handler(event: { readonly offer_date?: string }): Promise<readonly Missing[]> {
  const offerDate = event?.offer_date ?? localTime(Date.now(), timeZone).date;
  const [today, before] = await Promise.all([offerDate, dayBefore(offerDate)].map(manifestText));
  const missing = missingOf(today, offerDate, before);
  for (const { what, tenantId, failure } of missing) {
    log("missing", { offer_date: offerDate, what, tenant_id: tenantId, failure });
  }
  if (missing.length === 0) log("published", { offer_date: offerDate });
  return missing;
}
