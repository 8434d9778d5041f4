// The functions of dispatch as they ship, over the real AWS protocols and HTTP, and a few ways to arrange what they find.
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEvent, Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { SMS_TEMPLATES } from "../environments/sms-templates";
import { createTable, startMoto } from "./moto-fixture";
import { startTwilioFixture } from "./sender/twilio-fixture";
import { dynamoDb, s3, secretsManager, sqs } from "./shared/aws-clients";
import { plainRow, type Row, typedRow } from "./shared/dynamo-items";
import { manifestText, outFileOf, shopperOf } from "./shared/out-file-fixture";
import { tenantKey, token } from "./shared/tokens";

export const BUCKET = "mercafacil-test-out";
export const AZUL = "rede-azul";
export const VERDE = "rede-verde";
export const SENDER = "+5511900000000";
const AUTH_TOKEN = "published-token";
const MASTER = Buffer.alloc(32, 7);
export const NAMES = ["Café", "Arroz", "Feijão"];
/** An instant, epoch ms. */
export const at = (date: string, utc: string): number => Date.parse(`${date}T${utc}Z`);

/** The handlers by their function. */
export interface Functions {
  planner(event: object): Promise<unknown>;
  sender(event: SQSEvent, context: Context): Promise<SQSBatchResponse>;
  callback(event: APIGatewayProxyEvent): Promise<{ statusCode: number }>;
  status(event: SQSEvent): Promise<SQSBatchResponse>;
  closer(event: object): Promise<unknown>;
}

/** Moves the clock that the functions see. */
export const setNow = (now: number): void => {
  jest.setSystemTime(now);
};

export const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;

export const batch = (bodies: readonly string[]): SQSEvent =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) }) as unknown as SQSEvent;

/** A shopper's key in `linesOf`. */
export const of = (tenantId: string, index: number): string => `${tenantId} ${shopperOf(index)}`;

/** A call of Twilio's, signed as Twilio signs. */
export function call(resource: string, path: string, form: Record<string, string>): APIGatewayProxyEvent {
  const url = `https://api.test/local${path}`;
  const signature = getExpectedTwilioSignature(AUTH_TOKEN, url, form);
  return {
    resource,
    headers: { "X-Forwarded-Proto": "https", "X-Twilio-Signature": signature },
    body: new URLSearchParams(form).toString(),
    isBase64Encoded: false,
    requestContext: { domainName: "api.test", path: `/local${path}` },
    pathParameters: resource.endsWith("{claim}") ? { claim: decodeURIComponent(path.split("/").at(-1)!) } : null,
  } as unknown as APIGatewayProxyEvent;
}

/** A handler, loaded once its environment stands. */
const handlerOf = (name: string) => require(`./${name}/handler`).handler;

export type Dispatch = Awaited<ReturnType<typeof startDispatch>>;

/** Starts what the functions talk to, then loads them. Only what asks for the time sees `setNow`'s clock. */
export async function startDispatch() {
  jest.useFakeTimers({
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
      "setTimeout",
      "clearTimeout",
    ],
  });
  const moto = await startMoto();
  const [tables, bucket, messages] = [dynamoDb(), s3(), sqs()];
  const twilio = await startTwilioFixture();
  await createTable(tables, "ledger", "claim");
  await createTable(tables, "control", "id");
  await createTable(tables, "vault", "person", "fact");
  await createTable(tables, "clients", "pk");
  const CreateBucketConfiguration = { LocationConstraint: "sa-east-1" as const };
  await bucket.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const create = async (QueueName: string) => (await messages.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
  const queues = { send: await create("send"), status: await create("status") };
  const secret = async (Name: string, value: object) =>
    (await secretsManager().send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }))).ARN!;
  Object.assign(process.env, {
    OUT_BUCKET: BUCKET,
    LEDGER_TABLE: "ledger",
    CONTROL_TABLE: "control",
    VAULT_TABLE: "vault",
    CLIENTS_TABLE: "clients",
    SEND_QUEUE_URL: queues.send,
    STATUS_QUEUE_URL: queues.status,
    TIME_ZONE: "America/Sao_Paulo",
    SHARD_BYTES: "700",
    TWILIO_SECRET_ARN: await secret("twilio", { account_sid: `AC${"0".repeat(32)}`, auth_token: AUTH_TOKEN }),
    TOKEN_SECRET_ARN: await secret("tokens", { token_key: MASTER.toString("base64") }),
    TWILIO_BASE_URL: twilio.url,
    CALLBACK_BASE_URL: "https://api.test/local",
    SENDERS: JSON.stringify({ "*": SENDER }),
    MESSAGES_PER_SECOND: JSON.stringify({ "*": 1_000 }),
    RECIPIENTS: "all",
    PRICE_PER_SEGMENT_BRL: "0.1",
    WHATSAPP_PRICE_BRL: "0.4",
    CHANNELS: JSON.stringify({ "*": ["sms"] }),
    WHATSAPP: "{}",
    WEEKLY_CAP: "7",
    HOLD_OUT_SHARE: "0",
    SMS_TEMPLATES: JSON.stringify(SMS_TEMPLATES),
    HOLIDAYS: "[]",
  });
  const put = (table: string, row: Row) => tables.send(new PutItemCommand({ TableName: table, Item: typedRow(row) }));

  async function known(tenantId: string, index: number, phone: string, granted = true): Promise<void> {
    const person = `${tenantId}#${shopperOf(index)}`;
    const said = { occurred_at: "2026-11-01T12:00:00.000Z", event_id: "00000000-0000-4000-8000-000000000000" };
    await put("vault", {
      person,
      fact: "phone",
      phone,
      phone_token: token(tenantKey(MASTER, tenantId), "phone", phone),
      ...said,
    });
    await put("vault", { person, fact: "consent#sms", granted, text_version: "1", ...said });
  }

  /** Publishes files as the night does; `spoil` changes a file's bytes after the manifest has vouched for it. */
  async function publish(
    date: string,
    texts: readonly [string, string][],
    spoil = (text: string) => text,
  ): Promise<void> {
    const files = texts.map(([tenantId, text], part) => outFileOf(tenantId, date, part, text));
    for (const [index, file] of files.entries()) {
      await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: file.key, Body: spoil(texts[index]![1]) }));
    }
    const Key = `data_output/${date}/_manifest.json`;
    await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: manifestText(date, files) }));
  }

  async function drain(queue: string): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages } = await messages.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }));
      if (!Messages?.length) return bodies;
      for (const { Body, ReceiptHandle } of Messages) {
        bodies.push(Body!);
        await messages.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: ReceiptHandle! }));
      }
    }
  }

  const context = { getRemainingTimeInMillis: () => 300_000 } as Context;
  const sendAll = async (bodies: readonly string[]) => (await run.sender(batch(bodies), context)).batchItemFailures;

  async function ledger(): Promise<Row[]> {
    const { Items } = await tables.send(new ScanCommand({ TableName: "ledger" }));
    return (Items ?? []).map(plainRow);
  }
  const linesOf = async (date: string): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await ledger())
        .filter(({ kind, offer_date }) => kind === "line" && offer_date === date)
        .map((row) => [
          `${row.tenant_id} ${row.shopper_id}`,
          row.reason ? `${row.state}(${row.reason})` : String(row.state),
        ]),
    );
  await put("control", { id: "kill_switch", on: false });
  await put("control", { id: "budget", daily_brl: 100 });
  for (const chain of [AZUL, VERDE]) await put("clients", { pk: `chain#${chain}`, tenant_id: chain, status: "active" });
  const run: Functions = {
    planner: handlerOf("planner"),
    sender: handlerOf("sender"),
    callback: handlerOf("callback"),
    status: handlerOf("status"),
    closer: handlerOf("closer"),
  };
  const stop = async () => {
    await twilio.stop();
    moto.stop();
  };
  return { run, tables, bucket, queues, twilio, known, put, publish, drain, sendAll, ledger, linesOf, stop };
}
