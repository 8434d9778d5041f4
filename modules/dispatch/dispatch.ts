// A published offer becomes at most one message to a shopper who agreed to it, within hours and budget, and every line
// ends in exactly one state. What operators change (kill switch, budget) is made once and never reset by a deploy.
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { LAST_ZONE } from "../../lambdas/shared/ddd-zones";
import type { Shoppers } from "../ingestion/ingestion";
import type { LakeBuckets } from "../lake/lake";
import { turnKeys } from "../shared/disposal";
import { onlyEncrypted } from "../shared/encrypted";
import { NodeFunction, type NodeFunctionProps } from "../shared/function";
import { bucketGrant, consumeGrant, indexGrant, parkGrant, secretGrant, sendGrant, tableGrant } from "../shared/grants";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import { consume, DeadLetterQueue, Queue } from "../shared/queue";
import { refuseWhatAwsRefuses } from "../shared/refuse-at-aws";
import { RestApi } from "../shared/rest-api";
import { refuseAtSynth } from "../shared/rules";
import { Schedule } from "../shared/schedule";
import { callbackFirewall } from "./callback-firewall";
import { type DispatchFunction, TIMEOUT_SECONDS } from "./dispatch-functions";
import { SENDING_RULES, type SendingSettings, whatsappSenders } from "./sending-rules";
import { LEDGER_INDEX, OPEN_CLAIMS_INDEX, SendingState } from "./sending-state";
import { watchSending } from "./sending-watch";

// Hourly while the window may be open somewhere, and once after it has closed everywhere.
const PLANNER_SCHEDULE = "cron(0 8-19 * * ? *)";
// Four times an hour while a message may be sent somewhere, the last time just before the day closes.
const SWEEPER_SCHEDULE = "cron(10,25,40,55 8-20 * * ? *)";
// The day ends by the clock of the zone in which it ends last: at 20:15 in São Paulo, an hour later under summer time.
const CLOSER_SCHEDULE = "cron(15 18 * * ? *)";
// Closing a day may take its quarter of an hour, and again after a failure; receipts come in meanwhile.
const RECONCILER_SCHEDULE = "cron(0 19 * * ? *)";

// The rows of the largest chain's day and the messages of all lie in memory at once: some million lines.
const RECONCILER_MEBIBYTES = 2_048;

// A shard is a few hundred lines: minutes of work, so that a slow one holds up little.
const SHARD_BYTES = 262_144;

// A shard is worth nothing after its day; a receipt may wait for a mended function.
const SHARD_RETENTION_SECONDS = 12 * 3_600;
const STATUS_RETENTION_SECONDS = 4 * 24 * 3_600;
// Twilio reports each of up to three states of a message at the pace of sending.
const CALLBACK_THROTTLE = { requestsPerSecond: 1_000, burst: 2_000 };
const MAX_RECEIVES = 5;
const STATUS_BATCH = 10;

export interface DispatchProps {
  readonly platform: Platform;
  /** Where offers are published. */
  readonly lake: { readonly buckets: Pick<LakeBuckets, "out"> };
  /** Phones, consents, chains and the token secret. */
  readonly shoppers: Shoppers;
  /** Who may be messaged, from which number, how much it may cost. */
  readonly sending: SendingSettings;
  /** Whether tables and secret go with the stack; only a disposable environment may say so. */
  readonly destroyData: boolean;
}

/** Planner, sender, callback, status, sweeper, closer and reconciler around the ledger. */
export class Dispatch extends Construct {
  /** URL under which Twilio reports, without a trailing slash. */
  readonly callbackUrl: string;
  private readonly state: SendingState;
  private readonly shards: Queue;
  private readonly receipts: Queue;
  private readonly failures: DeadLetterQueue;
  private readonly functions = new Map<DispatchFunction, NodeFunction>();
  /** What the dashboard shows of sending. */
  readonly panels: readonly Panel[];
  private readonly props: DispatchProps;

  constructor(scope: Construct, id: string, given: DispatchProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const props = onlyEncrypted(this, given);
    this.props = props;
    refuseAtSynth(this, "sending", props.sending, SENDING_RULES);
    const disposal = turnKeys(this, props.platform, props.destroyData);
    this.state = new SendingState(this, "state", {
      platform: props.platform,
      dailyBudgetBrl: props.sending.dailyBudgetBrl,
      disposal,
    });
    this.shards = this.queue("send", TIMEOUT_SECONDS.sender, SHARD_RETENTION_SECONDS);
    this.receipts = this.queue("status", TIMEOUT_SECONDS.status, STATUS_RETENTION_SECONDS);
    this.failures = new DeadLetterQueue(this, { prefix: props.platform.prefix, queue: "schedule-failures" });
    this.callbackUrl = this.serveCallbacks();
    this.mergeReceipts();
    this.plan();
    this.send();
    this.sweep();
    this.close();
    this.reconcile();
    this.panels = this.watch();
  }

  private queue(queue: string, consumerTimeoutSeconds: number, retentionSeconds: number): Queue {
    const { prefix } = this.props.platform;
    return new Queue(this, { prefix, queue, consumerTimeoutSeconds, retentionSeconds, maxReceives: MAX_RECEIVES });
  }

  /** Twilio's reports and inbound words; the function checks their signature, so no authorizer does. */
  private serveCallbacks(): string {
    const { shoppers, sending, platform } = this.props;
    const whatsapp = Fn.jsonencode(whatsappSenders(sending.whatsapp));
    const callback = this.function("callback", {
      settings: { SENDERS: Fn.jsonencode(sending.senders), WHATSAPP: whatsapp },
      grants: [
        secretGrant("TWILIO_SECRET_ARN", this.state.twilio),
        secretGrant("TOKEN_SECRET_ARN", shoppers.tokenSecret),
        sendGrant("STATUS_QUEUE_URL", this.receipts),
        tableGrant("CLIENTS_TABLE", shoppers.clients, ["Scan"]),
      ],
    });
    const api = new RestApi(this, "callbacks", {
      platform,
      name: "callbacks",
      key: this.state.key,
      description: "Twilio's status callbacks and inbound messages",
      routes: [
        { method: "POST", path: ["twilio", "status", "{claim}"], target: callback },
        { method: "POST", path: ["twilio", "inbound"], target: callback },
      ],
      throttle: CALLBACK_THROTTLE,
    });
    callbackFirewall(this, platform, api, this.state.key);
    return api.url;
  }

  private mergeReceipts(): void {
    const status = this.function("status", {
      settings: { CHANNELS: Fn.jsonencode(this.props.sending.channels) },
      grants: [
        consumeGrant(this.receipts),
        tableGrant("LEDGER_TABLE", this.state.ledger, ["GetItem", "UpdateItem"]),
        tableGrant("VAULT_TABLE", this.props.shoppers.vault, ["PutItem"]),
        tableGrant("CONTROL_TABLE", this.state.control, ["UpdateItem"]),
      ],
    });
    consume(this, "receipts", { queue: this.receipts, target: status, batchSize: STATUS_BATCH });
  }

  private plan(): void {
    const planner = this.function("planner", {
      settings: { TIME_ZONE: this.props.platform.timeZone, SHARD_BYTES: String(SHARD_BYTES) },
      grants: [
        bucketGrant("OUT_BUCKET", this.props.lake.buckets.out, { read: ["data_output/"], write: ["data_output/"] }),
        tableGrant("LEDGER_TABLE", this.state.ledger, ["BatchGetItem"]),
        sendGrant("SEND_QUEUE_URL", this.shards),
        parkGrant(this.failures),
      ],
    });
    this.schedule(planner, PLANNER_SCHEDULE);
  }

  private send(): void {
    const { lake, shoppers, sending, platform } = this.props;
    const sender = this.function("sender", {
      settings: {
        TWILIO_BASE_URL: sending.twilioBaseUrl,
        CALLBACK_BASE_URL: this.callbackUrl,
        SENDERS: Fn.jsonencode(sending.senders),
        MESSAGES_PER_SECOND: Fn.jsonencode(sending.messagesPerSecond),
        SMS_TEMPLATES: Fn.jsonencode(sending.smsTemplates),
        RECIPIENTS: sending.recipients,
        CHANNELS: Fn.jsonencode(sending.channels),
        WHATSAPP: Fn.jsonencode(whatsappSenders(sending.whatsapp)),
        PRICE_PER_SEGMENT_BRL: String(sending.pricePerSegmentBrl),
        WHATSAPP_PRICE_BRL: String(sending.whatsappPriceBrl),
        WEEKLY_CAP: String(sending.weeklyCap),
        HOLD_OUT_SHARE: String(sending.holdOutShare),
        HOLIDAYS: Fn.jsonencode(sending.holidays),
        TIME_ZONE: platform.timeZone,
      },
      grants: [
        consumeGrant(this.shards),
        sendGrant("SEND_QUEUE_URL", this.shards),
        bucketGrant("OUT_BUCKET", lake.buckets.out, { read: ["data_output/"] }),
        tableGrant("LEDGER_TABLE", this.state.ledger, ["BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"]),
        tableGrant("VAULT_TABLE", shoppers.vault, ["BatchGetItem", "PutItem", "Query"]),
        tableGrant("CONTROL_TABLE", this.state.control, ["BatchGetItem", "GetItem", "UpdateItem"]),
        secretGrant("TWILIO_SECRET_ARN", this.state.twilio),
      ],
    });
    const { maximumConcurrency } = sending;
    consume(this, "shards", { queue: this.shards, target: sender, batchSize: 1, maximumConcurrency });
  }

  /** Looks up at Twilio what a sender could not see the end of. */
  private sweep(): void {
    const { platform, sending, shoppers } = this.props;
    const sweeper = this.function("sweeper", {
      settings: {
        TWILIO_BASE_URL: sending.twilioBaseUrl,
        SENDERS: Fn.jsonencode(sending.senders),
        WHATSAPP: Fn.jsonencode(whatsappSenders(sending.whatsapp)),
        IN_DOUBT_POLICY: sending.inDoubt,
        SENDER_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS.sender),
        OPEN_CLAIMS_INDEX: OPEN_CLAIMS_INDEX.name,
        TIME_ZONE: platform.timeZone,
      },
      grants: [
        indexGrant("LEDGER_TABLE", this.state.ledger, OPEN_CLAIMS_INDEX.name),
        tableGrant("LEDGER_TABLE", this.state.ledger, ["UpdateItem"]),
        tableGrant("VAULT_TABLE", shoppers.vault, ["Query"]),
        sendGrant("STATUS_QUEUE_URL", this.receipts),
        secretGrant("TWILIO_SECRET_ARN", this.state.twilio),
        parkGrant(this.failures),
      ],
    });
    this.schedule(sweeper, SWEEPER_SCHEDULE);
  }

  private close(): void {
    const { platform, sending, lake } = this.props;
    const closer = this.function("closer", {
      settings: { HOLIDAYS: Fn.jsonencode(sending.holidays), TIME_ZONE: platform.timeZone },
      grants: [
        bucketGrant("OUT_BUCKET", lake.buckets.out, { read: ["data_output/"] }),
        tableGrant("LEDGER_TABLE", this.state.ledger, ["BatchGetItem", "PutItem", "UpdateItem"]),
        tableGrant("CONTROL_TABLE", this.state.control, ["BatchGetItem", "GetItem", "UpdateItem"]),
        parkGrant(this.failures),
      ],
    });
    this.schedule(closer, CLOSER_SCHEDULE, LAST_ZONE);
  }

  /** Compares the closed day's lines, rows and messages; what does not fit is told by an alarm. */
  private reconcile(): void {
    const { platform, sending, lake, shoppers } = this.props;
    const reconciler = this.function("reconciler", {
      memoryMebibytes: RECONCILER_MEBIBYTES,
      settings: {
        TWILIO_BASE_URL: sending.twilioBaseUrl,
        SENDERS: Fn.jsonencode(sending.senders),
        WHATSAPP: Fn.jsonencode(whatsappSenders(sending.whatsapp)),
        PRICE_PER_SEGMENT_BRL: String(sending.pricePerSegmentBrl),
        HOLIDAYS: Fn.jsonencode(sending.holidays),
        TIME_ZONE: platform.timeZone,
      },
      grants: [
        bucketGrant("OUT_BUCKET", lake.buckets.out, { read: ["data_output/"], write: ["reports/"] }),
        indexGrant("LEDGER_TABLE", this.state.ledger, LEDGER_INDEX.name),
        secretGrant("TWILIO_SECRET_ARN", this.state.twilio),
        secretGrant("TOKEN_SECRET_ARN", shoppers.tokenSecret),
        parkGrant(this.failures),
      ],
    });
    this.schedule(reconciler, RECONCILER_SCHEDULE, LAST_ZONE);
  }

  private function(
    handler: DispatchFunction,
    given: Pick<NodeFunctionProps, "settings" | "grants"> & Partial<Pick<NodeFunctionProps, "memoryMebibytes">>,
  ): NodeFunction {
    const { prefix, logRetentionDays } = this.props.platform;
    const timeoutSeconds = TIMEOUT_SECONDS[handler];
    const made = new NodeFunction(this, {
      prefix,
      handler,
      timeoutSeconds,
      memoryMebibytes: 512,
      key: this.state.key,
      logRetentionDays,
      ...given,
    });
    this.functions.set(handler, made);
    return made;
  }

  private watch(): readonly Panel[] {
    const parked = { send: this.shards.deadLetters, status: this.receipts.deadLetters, schedules: this.failures };
    const { platform } = this.props;
    return watchSending(this, { platform, functions: this.functions, parked, waiting: this.shards });
  }

  private schedule(target: NodeFunction, expression: string, timeZone = this.props.platform.timeZone): void {
    new Schedule(this, { target, expression, timeZone, failures: this.failures });
  }
}
