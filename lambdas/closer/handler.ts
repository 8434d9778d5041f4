// Closes a day once no zone of the country is open for it any more, its money included.
import { dynamoDb, s3 } from "../shared/aws-clients";
import { dayIsOver, localTime } from "../shared/calendar";
import { dynamoControl } from "../shared/control";
import { required, requiredDates } from "../shared/env";
import { dynamoLedger } from "../shared/ledger";
import { log } from "../shared/log";
import { dynamoMoneyLeases, type LeasePlace } from "../shared/money-leases";
import { s3OutBucket } from "../shared/out-bucket";
import { pause } from "../shared/pause";
import { settleLeases } from "../shared/settle-leases";
import { shardLines } from "../shared/shard-lines";
import { closeDay } from "./close-day";

const timeZone = required("TIME_ZONE");
const holidays = requiredDates("HOLIDAYS");
const tables = dynamoDb();
const out = s3OutBucket(s3(), required("OUT_BUCKET"));
const ledger = dynamoLedger(tables, required("LEDGER_TABLE"), pause);
const control = dynamoControl(tables, required("CONTROL_TABLE"));
const leases = dynamoMoneyLeases(tables, required("CONTROL_TABLE"));

/** Invoked by the schedule with `{}`, or by hand with `{offer_date}`; throws while that day is not over. */
export async function handler(event: { readonly offer_date?: string }): Promise<Readonly<Record<string, number>>> {
  const now = Date.now();
  const offerDate = event?.offer_date ?? localTime(now, timeZone).date;
  if (!dayIsOver(offerDate, holidays, now)) {
    throw new Error(`${offerDate} is not over: some shopper may still be messaged. Close it after its last window.`);
  }
  const manifest = await out.manifest(offerDate);
  if (!manifest) {
    log("nothing_published", { offer_date: offerDate });
    return {};
  }
  const ends = await closeDay(manifest, holidays, { out, ledger, control, at: new Date(now).toISOString(), log });
  const linesOf = (place: LeasePlace) => shardLines(out, place, place);
  await settleLeases(offerDate, { leases, paidFrom: ledger.paidFrom, linesOf, now: () => now, log });
  const counts = Object.fromEntries(ends);
  log("closed", { offer_date: offerDate, ...counts });
  return counts;
}
