// One shard of today's offers at a time, from the queue: everything a line's sending needs is wired here, and what a
// line becomes is decided elsewhere. A shard that could not be worked comes back; one of ours that is stale does not.
import { randomUUID } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { dynamoDb, s3, secretsManager, sqs } from "../shared/aws-clients";
import { dynamoCircuit } from "../shared/circuit";
import type { LineKey } from "../shared/claim-keys";
import { dynamoControl } from "../shared/control";
import { required, requiredRates } from "../shared/env";
import { dynamoLedger } from "../shared/ledger";
import { log } from "../shared/log";
import { dynamoMoneyLeases } from "../shared/money-leases";
import { s3OutBucket } from "../shared/out-bucket";
import { pause } from "../shared/pause";
import { dynamoSendSlots } from "../shared/send-slots";
import { type SettlePorts, settleLeases } from "../shared/settle-leases";
import { readShard, type Shard, shardMessage } from "../shared/shard";
import { FileChanged, shardLines } from "../shared/shard-lines";
import { vaultStops } from "../shared/stops";
import { readTwilioSecret } from "../shared/twilio-secret";
import { readPerson } from "../shared/vault";
import type { Shopper } from "./decide-line";
import { newGate } from "./gate";
import { keepAlivePost } from "./http-post";
import { newPace } from "./pace";
import { newPurse } from "./purse";
import { recent } from "./recent";
import { errorName } from "./send-line";
import { type ShardPorts, type ShardSettings, STOP_BEFORE_MS, sendShard } from "./send-shard";
import { senderSettings } from "./sender-settings";
import { shardCounts } from "./shard-counts";
import { type SendMessage, twilioMessages } from "./twilio-messages";

/** Lines at once from their slot to Twilio's answer, each on a connection that is kept. */
const REQUESTS_IN_FLIGHT = 100;
/** As many again are before that or after it. */
const LINES_IN_FLIGHT = 200;
const REQUEST_TIMEOUT_MS = 10_000;
/** Switches are shared by the lines in flight for this long: far under the 2 s that a request allows. */
const SWITCHES_AGE_MS = 500;
/** A clock may be off by that much before a sender that still runs is taken for dead. */
const CLOCKS_APART_MS = 60_000;

const vaultTable = required("VAULT_TABLE");
const queue = required("SEND_QUEUE_URL");
const twilioSecret = required("TWILIO_SECRET_ARN");
const twilioBaseUrl = required("TWILIO_BASE_URL");
const messagesPerSecond = requiredRates("MESSAGES_PER_SECOND");
const settings: ShardSettings = { ...senderSettings(), linesInFlight: LINES_IN_FLIGHT };
const tables = dynamoDb();
const queues = sqs();
const secrets = secretsManager();
const out = s3OutBucket(s3(), required("OUT_BUCKET"));
const ledger = dynamoLedger(tables, required("LEDGER_TABLE"), pause);
const controlTable = required("CONTROL_TABLE");
const control = dynamoControl(tables, controlTable);
const circuit = dynamoCircuit(tables, controlTable);
const leases = dynamoMoneyLeases(tables, controlTable);
const slots = dynamoSendSlots(tables, controlTable);
const stops = vaultStops(tables, vaultTable);
const gate = newGate(REQUESTS_IN_FLIGHT);
const post = keepAlivePost(REQUESTS_IN_FLIGHT, REQUEST_TIMEOUT_MS);

/** What senders that died have left of the day's money is found before any is asked for. */
const settling: SettlePorts = {
  leases,
  paidFrom: ledger.paidFrom,
  linesOf: (place) => shardLines(out, place, place),
  now: Date.now,
  log,
};

async function readShopper({ tenantId, shopperId }: LineKey): Promise<Shopper> {
  const { phone, phoneToken, consents } = await readPerson(tables, vaultTable, tenantId, shopperId);
  const listed = settings.recipients === "allowlist" && phoneToken !== undefined;
  const [optedOut, onAllowList] = await Promise.all([
    phoneToken !== undefined && stops.isStopped(tenantId, phoneToken),
    listed && control.isAllowed(tenantId, phoneToken),
  ]);
  return { phone, phoneToken, consents, optedOut, onAllowList };
}

/** Twilio as the secret says now; asked for again by each shard, so that a new token needs no deploy. */
function lazyTwilio(): () => Promise<SendMessage> {
  let ready: Promise<SendMessage> | undefined;
  const connect = async (): Promise<SendMessage> => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: twilioSecret }));
    return twilioMessages(twilioBaseUrl, readTwilioSecret(SecretString), post);
  };
  return () => {
    ready ??= connect();
    return ready;
  };
}

function portsFor(shard: Shard, context: Context): ShardPorts {
  const now = Date.now;
  const switches = recent(() => control.switches(shard.tenantId, shard.offerDate), SWITCHES_AGE_MS, now);
  const until = now() + context.getRemainingTimeInMillis() + CLOCKS_APART_MS;
  return {
    ledger,
    circuit,
    purse: newPurse({ leases, leaseId: randomUUID(), place: shard, until, now }),
    pace: newPace({
      slots,
      perSecondOf: (sender) => messagesPerSecond.get(sender) ?? messagesPerSecond.get("*") ?? 1,
      now,
      pause,
      patienceMs: () => context.getRemainingTimeInMillis() - STOP_BEFORE_MS,
    }),
    gate,
    stop: stops.stop,
    readShopper,
    async readSwitches() {
      const { value, readAt } = await switches();
      return { switches: value, readAt };
    },
    twilio: lazyTwilio(),
    now,
    pause,
    remainingMs: () => context.getRemainingTimeInMillis(),
    log,
    linesOf: (of, range) => shardLines(out, of, range),
    async handOn(rest) {
      await queues.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: shardMessage(rest) }));
      log("handed_on", { shard: rest.shardId, start: rest.start });
    },
  };
}

/** Takes shards; answers which of them must come back. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of event.Records) {
    try {
      const shard = readShard(record.body);
      await settleLeases(shard.offerDate, settling);
      const ends = await sendShard(shard, portsFor(shard, context), settings);
      const { shardId, tenantId, offerDate } = shard;
      const what = { shard: shardId, tenant_id: tenantId, offer_date: offerDate };
      log("shard_done", { ...what, ends: Object.fromEntries(ends), ...shardCounts(ends) });
    } catch (error) {
      // A file that changed is verified anew by the next plan; coming back would not mend it.
      const comesBack = !(error instanceof FileChanged);
      log("shard_failed", { error: errorName(error), comes_back: String(comesBack) });
      if (comesBack) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}
