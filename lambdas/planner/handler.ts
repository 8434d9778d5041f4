// Plans today's offers and no other day's: reads the manifest, has its files verified, and puts the shards that still
// have open lines on the queue.
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { dynamoDb, s3, sqs } from "../shared/aws-clients";
import { localTime } from "../shared/calendar";
import { required, requiredNumber } from "../shared/env";
import { dynamoLedger } from "../shared/ledger";
import { log } from "../shared/log";
import { s3OutBucket } from "../shared/out-bucket";
import { pause } from "../shared/pause";
import { type Shard, shardMessage } from "../shared/shard";
import { type Plan, planDay } from "./plan-day";

const queue = required("SEND_QUEUE_URL");
const timeZone = required("TIME_ZONE");
const shardBytes = requiredNumber("SHARD_BYTES", 1);
const queues = sqs();
const out = s3OutBucket(s3(), required("OUT_BUCKET"));
const ledger = dynamoLedger(dynamoDb(), required("LEDGER_TABLE"), pause);

/** SQS takes at most ten messages at once. */
const MESSAGES_A_REQUEST = 10;
const MAXIMUM_TRIES = 4;

async function enqueueTen(shards: readonly Shard[]): Promise<void> {
  let left = shards.map((shard) => ({ Id: shard.shardId, MessageBody: shardMessage(shard) }));
  for (let tries = 1; left.length > 0; tries += 1) {
    const answer = await queues.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries: left }));
    const failed = new Set((answer.Failed ?? []).map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
    if (left.length > 0 && tries === MAXIMUM_TRIES) {
      throw new Error(`The send queue did not take ${left.length} shards in ${MAXIMUM_TRIES} tries.`);
    }
  }
}

async function enqueue(shards: readonly Shard[]): Promise<void> {
  for (let from = 0; from < shards.length; from += MESSAGES_A_REQUEST) {
    await enqueueTen(shards.slice(from, from + MESSAGES_A_REQUEST));
  }
}

/** Invoked by the schedule with `{}`, or by hand with `{offer_date}`, which must be today's. */
export async function handler(event: { readonly offer_date?: string }): Promise<Plan | { readonly planned: false }> {
  const now = Date.now();
  const today = localTime(now, timeZone).date;
  const offerDate = event?.offer_date ?? today;
  if (offerDate !== today) {
    log("not_today", { offer_date: offerDate, today });
    return { planned: false };
  }
  const manifest = await out.manifest(offerDate);
  if (!manifest) {
    log("nothing_published", { offer_date: offerDate });
    return { planned: false };
  }
  let marked = false;
  const plan = await planDay(manifest, shardBytes, {
    out,
    ledger,
    log,
    // Marked first: a day with a line on the queue is never published anew.
    async enqueue(shards) {
      if (!marked) await out.markPlanned(offerDate, new Date(now).toISOString());
      marked = true;
      await enqueue(shards);
    },
  });
  log("planned", { offer_date: offerDate, ...plan });
  return plan;
}
