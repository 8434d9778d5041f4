// The five functions as they ship, over the real AWS protocols and HTTP: what one puts down the next picks up.
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEvent, Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { SMS_TEMPLATES } from "../environments/sms-templates";
import { createTable, type Moto, startMoto } from "./moto-fixture";
import { refused, startTwilioFixture, type TwilioFixture } from "./sender/twilio-fixture";
import { dynamoDb, s3, secretsManager, sqs } from "./shared/aws-clients";
import { claimKey } from "./shared/claim-keys";
import { plainRow, type Row, typedRow } from "./shared/dynamo-items";
import { dynamoMoneyLeases } from "./shared/money-leases";
import { manifestText, outFileOf, outLineText, shopperOf } from "./shared/out-file-fixture";
import { tenantKey, token } from "./shared/tokens";

jest.setTimeout(120_000);

const BUCKET = "mercafacil-test-out";
const AZUL = "rede-azul";
const VERDE = "rede-verde";
const SENDER = "+5511900000000";
const AUTH_TOKEN = "published-token";
const MASTER = Buffer.alloc(32, 7);
const NAMES = ["Café", "Arroz", "Feijão"];
const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";
const WEDNESDAY = "2026-11-25";
const SUNDAY = "2026-11-29";
const at = (date: string, utc: string): number => Date.parse(`${date}T${utc}Z`);

let tables: ReturnType<typeof dynamoDb>;
let bucket: ReturnType<typeof s3>;
let messages: ReturnType<typeof sqs>;
let moto: Moto;
let twilio: TwilioFixture;
let queues: { send: string; status: string };
let run: {
  planner: (event: object) => Promise<unknown>;
  sender: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  callback: (event: APIGatewayProxyEvent) => Promise<{ statusCode: number }>;
  status: (event: SQSEvent) => Promise<SQSBatchResponse>;
  closer: (event: object) => Promise<unknown>;
};

/** A handler, loaded once its environment stands. */
const handlerOf = (name: string) => require(`./${name}/handler`).handler;

const setNow = (now: number): void => {
  jest.setSystemTime(now);
};

const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;
const phoneToken = (tenantId: string, phone: string): string => token(tenantKey(MASTER, tenantId), "phone", phone);
const put = (table: string, row: Row) => tables.send(new PutItemCommand({ TableName: table, Item: typedRow(row) }));

async function known(tenantId: string, index: number, phone: string, granted = true): Promise<void> {
  const person = `${tenantId}#${shopperOf(index)}`;
  const said = { occurred_at: "2026-11-01T12:00:00.000Z", event_id: "00000000-0000-4000-8000-000000000000" };
  await put("vault", { person, fact: "phone", phone, phone_token: phoneToken(tenantId, phone), ...said });
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

const batch = (bodies: readonly string[]): SQSEvent =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) }) as unknown as SQSEvent;
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
const of = (tenantId: string, index: number): string => `${tenantId} ${shopperOf(index)}`;

/** A call of Twilio's, signed as Twilio signs. */
function call(resource: string, path: string, form: Record<string, string>): APIGatewayProxyEvent {
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

beforeAll(async () => {
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
  moto = await startMoto();
  tables = dynamoDb();
  bucket = s3();
  messages = sqs();
  twilio = await startTwilioFixture();
  await createTable(tables, "ledger", "claim");
  await createTable(tables, "control", "id");
  await createTable(tables, "vault", "person", "fact");
  await createTable(tables, "clients", "pk");
  const CreateBucketConfiguration = { LocationConstraint: "sa-east-1" as const };
  await bucket.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const create = async (QueueName: string) => (await messages.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
  queues = { send: await create("send"), status: await create("status") };
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
  await put("control", { id: "kill_switch", on: false });
  await put("control", { id: "budget", daily_brl: 100 });
  for (const chain of [AZUL, VERDE]) await put("clients", { pk: `chain#${chain}`, tenant_id: chain, status: "active" });
  run = {
    planner: handlerOf("planner"),
    sender: handlerOf("sender"),
    callback: handlerOf("callback"),
    status: handlerOf("status"),
    closer: handlerOf("closer"),
  };
});

afterAll(async () => {
  await twilio?.stop();
  moto?.stop();
});

test("a day goes from its files to delivered messages, and everything run twice sends nothing twice", async () => {
  for (const index of [0, 1, 2]) await known(AZUL, index, phoneOf(index));
  await known(AZUL, 3, phoneOf(3), false);
  await known(AZUL, 4, phoneOf(0));
  await known(VERDE, 0, phoneOf(0));
  const azul = [0, 1, 2, 3, 4, 5].map((index) => outLineText(AZUL, MONDAY, shopperOf(index), NAMES)).join("");
  const verde = outLineText(VERDE, MONDAY, shopperOf(0), NAMES) + outLineText(VERDE, MONDAY, shopperOf(1), []);
  await publish(MONDAY, [
    [AZUL, azul],
    [VERDE, verde],
  ]);

  setNow(at(MONDAY, "13:00:00"));
  await run.planner({});
  const shards = await drain(queues.send);
  await run.planner({});
  expect(await drain(queues.send)).toEqual(shards);
  expect(shards.length).toBeGreaterThan(2);
  expect(shards.join()).not.toContain("98765");

  expect(await sendAll([...shards, ...shards])).toEqual([]);
  expect(twilio.asked).toHaveLength(4);
  expect(twilio.asked.map(({ To }) => To).sort()).toEqual([phoneOf(0), phoneOf(0), phoneOf(1), phoneOf(2)]);
  for (const { Body } of twilio.asked) expect(Body).toContain("Cafe; Arroz; Feijao");
  const before = await ledger();
  await run.planner({});
  expect(await drain(queues.send)).toEqual([]);
  expect(await sendAll(shards)).toEqual([]);
  expect(await ledger()).toEqual(before);
  expect(twilio.asked).toHaveLength(4);
  expect(JSON.stringify(before)).not.toContain("98765");

  const samePhone = await linesOf(MONDAY);
  expect([samePhone[of(AZUL, 0)], samePhone[of(AZUL, 4)]].sort()).toEqual(["SENT", "SUPPRESSED(same_phone)"]);
  expect(samePhone).toMatchObject({
    [of(AZUL, 1)]: "SENT",
    [of(AZUL, 3)]: "SUPPRESSED(no_consent)",
    [of(AZUL, 5)]: "SUPPRESSED(no_phone)",
    [of(VERDE, 0)]: "SENT",
    [of(VERDE, 1)]: "SUPPRESSED(no_offer)",
  });

  const { StatusCallback } = twilio.asked.find(({ To }) => To === phoneOf(1))!;
  const path = StatusCallback!.slice("https://api.test/local".length);
  const form = { MessageSid: `SM${"2".repeat(32)}`, MessageStatus: "delivered", To: phoneOf(1) };
  const resource = "/twilio/status/{claim}";
  const forged = { ...call(resource, path, form), body: `${new URLSearchParams(form)}&ErrorCode=1` };
  expect((await run.callback(forged)).statusCode).toBe(403);
  expect((await run.callback(call(resource, path, form))).statusCode).toBe(204);
  const receipts = await drain(queues.status);
  expect(receipts).toHaveLength(1);
  expect(receipts.join()).not.toContain("98765");
  expect(await run.status(batch([...receipts, ...receipts]))).toEqual({ batchItemFailures: [] });
  expect((await linesOf(MONDAY))[of(AZUL, 1)]).toBe("DELIVERED");

  setNow(at(MONDAY, "23:15:00"));
  expect(await run.closer({})).toEqual({});
  const lines = await linesOf(MONDAY);
  expect(Object.keys(lines)).toHaveLength(8);
});

test("a shopper's STOP holds for every chain of that sender before the next message", async () => {
  setNow(at(TUESDAY, "13:00:00"));
  const inbound = { From: phoneOf(1), To: SENDER, Body: "Sair, por favor", MessageSid: `SM${"3".repeat(32)}` };
  expect((await run.callback(call("/twilio/inbound", "/twilio/inbound", inbound))).statusCode).toBe(200);
  const optOuts = await drain(queues.status);
  expect(optOuts.join()).not.toMatch(/98765|por favor/);
  await run.status(batch(optOuts));
  await known(VERDE, 1, phoneOf(1));
  const text = (chain: string) => outLineText(chain, TUESDAY, shopperOf(1), NAMES);
  await publish(TUESDAY, [
    [AZUL, text(AZUL)],
    [VERDE, text(VERDE)],
  ]);
  await run.planner({});
  const asked = twilio.asked.length;
  await sendAll(await drain(queues.send));
  expect(twilio.asked).toHaveLength(asked);
  expect(await linesOf(TUESDAY)).toEqual({
    [of(AZUL, 1)]: "SUPPRESSED(opted_out)",
    [of(VERDE, 1)]: "SUPPRESSED(opted_out)",
  });
});

test("what is in doubt is never sent again and is held at the close, and a refused number is recorded with its code", async () => {
  setNow(at(WEDNESDAY, "13:00:00"));
  const text = [0, 2, 5].map((index) => outLineText(AZUL, WEDNESDAY, shopperOf(index), NAMES)).join("");
  await known(AZUL, 5, phoneOf(5));
  await publish(WEDNESDAY, [[AZUL, text]]);
  await run.planner({});
  const shards = await drain(queues.send);
  twilio.answer = ({ To }) => (To === phoneOf(0) ? "reset" : refused(400, 21211));
  const asked = twilio.asked.length;
  await sendAll(shards);
  await sendAll(shards);
  expect(twilio.asked).toHaveLength(asked + 3);
  expect((await linesOf(WEDNESDAY))[of(AZUL, 0)]).toBe("IN_DOUBT");
  setNow(at(WEDNESDAY, "23:15:00"));
  expect(await run.closer({})).toEqual({ HELD: 1 });
  expect(await run.closer({})).toEqual({});
  const rejected = (await ledger()).filter(({ state }) => state === "REJECTED");
  expect(rejected.map(({ code }) => code)).toEqual([21211, 21211]);
  twilio.answer = (_, count) => ({ status: 201, body: { sid: `SM${String(count).padStart(32, "0")}` } });
});

test("a Sunday sends nothing, records who may not be messaged, and its open lines expire", async () => {
  setNow(at(SUNDAY, "13:00:00"));
  const text = [0, 3].map((index) => outLineText(AZUL, SUNDAY, shopperOf(index), NAMES)).join("");
  await publish(SUNDAY, [[AZUL, text]]);
  await run.planner({});
  const asked = twilio.asked.length;
  await sendAll(await drain(queues.send));
  expect(twilio.asked).toHaveLength(asked);
  expect(await linesOf(SUNDAY)).toEqual({ [of(AZUL, 3)]: "SUPPRESSED(no_consent)" });
  setNow(at(SUNDAY, "23:15:00"));
  await run.closer({});
  expect((await linesOf(SUNDAY))[of(AZUL, 0)]).toBe("EXPIRED(not_a_sending_day)");
});

test("a file that is not what was published is not sent from, and its lines expire as such", async () => {
  const date = "2026-11-26";
  setNow(at(date, "13:00:00"));
  const text = outLineText(AZUL, date, shopperOf(0), NAMES) + outLineText(AZUL, date, shopperOf(2), NAMES);
  await publish(date, [[AZUL, text]], (good) => good.replace("Arroz", "Pizza"));
  expect(await run.planner({})).toMatchObject({ files: 1, refused: 1, shards: 0 });
  expect(await drain(queues.send)).toEqual([]);
  setNow(at(date, "23:15:00"));
  expect(await run.closer({})).toEqual({ "EXPIRED(file_refused)": 2 });
});

test("a file that changed after it was planned is not sent from, nor a day that is not today", async () => {
  const date = "2026-11-27";
  setNow(at(date, "13:00:00"));
  const text = outLineText(AZUL, date, shopperOf(0), NAMES);
  await publish(date, [[AZUL, text]]);
  await run.planner({});
  const shards = await drain(queues.send);
  const asked = twilio.asked.length;
  const Key = JSON.parse(shards[0]!).key;
  await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text.replace("Arroz", "Pizza") }));
  expect(await sendAll(shards)).toEqual([]);
  await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text }));
  setNow(at("2026-11-28", "13:00:00"));
  expect(await sendAll(shards)).toEqual([]);
  expect(await run.planner({ offer_date: date })).toEqual({ planned: false });
  expect(await drain(queues.send)).toEqual([]);
  expect(twilio.asked).toHaveLength(asked);
  const planned = { Bucket: BUCKET, Key: `data_output/${date}/_planned.json` };
  await expect(bucket.send(new GetObjectCommand(planned))).resolves.toBeDefined();
});

test("two planners and four senders at once on one day send each shopper and each phone one message", async () => {
  const date = "2026-11-30";
  setNow(at(date, "13:00:00"));
  const shoppers = Array.from({ length: 24 }, (_, index) => index + 100);
  // Every third shopper shares the phone of the one before.
  const phones = shoppers.map((index) => phoneOf(index % 3 === 0 ? index - 1 : index));
  for (const [place, index] of shoppers.entries()) await known(AZUL, index, phones[place]!);
  const text = shoppers.map((index) => outLineText(AZUL, date, shopperOf(index), NAMES)).join("");
  await publish(date, [[AZUL, text]]);
  await Promise.all([run.planner({}), run.planner({})]);
  const shards = [...new Set(await drain(queues.send))];
  const from = twilio.asked.length;
  const orders = [shards, [...shards].reverse(), shards, [...shards].reverse()];
  expect(await Promise.all(orders.map(sendAll))).toEqual([[], [], [], []]);
  const asked = twilio.asked.slice(from).map(({ To }) => To);
  expect(new Set(asked).size).toBe(asked.length);
  expect(new Set(asked)).toEqual(new Set(phones));
  const ends = Object.values(await linesOf(date));
  expect(ends).toHaveLength(24);
  expect(ends.filter((end) => end === "SENT")).toHaveLength(asked.length);
  expect(new Set(ends)).toEqual(new Set(["SENT", "SUPPRESSED(same_phone)"]));
});

test("a message that is not ours comes back to be parked, and does not take others with it", async () => {
  expect(await sendAll(["{}", "not JSON"])).toEqual([{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }]);
  const claim = claimKey({ tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(2) });
  const receipt = JSON.stringify({
    claim,
    sid: "SM1",
    status: "delivered",
    code: null,
    at: "2026-11-23T14:00:00.000Z",
  });
  expect(await run.status(batch(["null", receipt]))).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  expect((await linesOf(MONDAY))[of(AZUL, 2)]).toBe("DELIVERED");
});

test("a day's money is what its claims cost: a dead sender's lease is settled from the ledger by the next sender, or at the close", async () => {
  const date = "2026-12-01";
  setNow(at(date, "13:00:00"));
  const lines = [0, 2, 5].map((index) => outLineText(AZUL, date, shopperOf(index), NAMES));
  await publish(date, [[AZUL, lines.join("")]]);
  await run.planner({});
  const shards = await drain(queues.send);
  const leases = dynamoMoneyLeases(tables, "control");
  const of = JSON.parse(shards[0]!);
  const place = { tenantId: AZUL, offerDate: date, key: of.key, etag: of.etag, start: 0, end: lines[0]!.length };
  const dead = { id: "dead", raises: 1, brl: 99.9, until: Date.now() - 1, place };
  const lastWords = { tenant_id: AZUL, offer_date: date, kind: "line", state: "CLAIMED", channel: "sms" };
  const claim = claimKey({ tenantId: AZUL, offerDate: date, shopperId: shopperOf(0) });
  await put("ledger", { ...lastWords, claim, shopper_id: shopperOf(0), price: 0.2, lease: "dead" });
  expect(await leases.raise(dead, undefined, 100)).toBe("raised");

  expect(await sendAll(shards)).toEqual([]);
  const money = async () => {
    const { Items = [] } = await tables.send(new ScanCommand({ TableName: "control" }));
    const prices = (await ledger())
      .filter(({ offer_date }) => offer_date === date)
      .map(({ price }) => Number(price ?? 0));
    return {
      spent: Items.map(plainRow).find(({ id }) => id === `spent#${date}`)!,
      prices: prices.reduce((sum, price) => sum + price, 0),
    };
  };
  const sent = await money();
  expect(sent.prices).toBeCloseTo(0.4);
  expect(sent.spent).toEqual({ id: `spent#${date}`, brl: 0.4 });

  await leases.raise({ ...dead, id: "dead too", brl: 50 }, undefined, 100);
  setNow(at(date, "23:15:00"));
  expect(await run.closer({})).toEqual({ HELD: 1 });
  expect((await money()).spent).toEqual({ id: `spent#${date}`, brl: 0.4 });
});

test("the closer refuses a day on which somebody may still be messaged", async () => {
  setNow(at(MONDAY, "22:59:00"));
  await expect(run.closer({})).rejects.toThrow(/is not over/);
});
