// The AWS client of the shipped collector talks to the local Firehose as it would to AWS.
import {
  FirehoseClient,
  InvalidArgumentException,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-firehose";
import type { FirehoseFaults } from "./firehose";
import { type FirehoseServer, startFirehoseServer } from "./firehose-server";
import {
  firehoseOf,
  keysOf,
  nineInSaoPaulo as nine,
  purchase,
  purchaseStream,
  quarantineStream,
  rowsOf,
} from "./fixtures";

const DeliveryStreamName = "mercafacil-local-purchase";
let servers: FirehoseServer[];
let clients: FirehoseClient[];

beforeEach(() => {
  servers = [];
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await Promise.all(servers.map((server) => server.close()));
});

async function running(faults: FirehoseFaults = {}, now = () => nine) {
  const { firehose, store } = firehoseOf([purchaseStream, quarantineStream], undefined, { faults });
  const server = await startFirehoseServer({ firehose, port: 0, now });
  const client = new FirehoseClient({
    endpoint: server.url,
    region: "sa-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  servers.push(server);
  clients.push(client);
  return { firehose, store, server, client };
}

const records = (count: number, Data: Uint8Array = purchase()) => Array.from({ length: count }, () => ({ Data }));

test("a batch is accepted at the played instant and each record gets an id", async () => {
  const { client, firehose, store } = await running();
  const answer = await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records(3) }));
  expect(answer.FailedPutCount).toBe(0);
  expect(new Set(answer.RequestResponses?.map((each) => each.RecordId)).size).toBe(3);
  await firehose.advance(nine + 900_000 - 1);
  expect(store.objects.size).toBe(0);
  await firehose.advance(nine + 900_000);
  expect(await rowsOf(store, keysOf(store)[0] ?? "")).toHaveLength(3);
});

test("a single record is accepted", async () => {
  const { client, firehose } = await running();
  const answer = await client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data: purchase() } }));
  expect(answer.RecordId).toMatch(/.+/);
  expect(firehose.counters()[DeliveryStreamName]).toMatchObject({ accepted: 1 });
});

test("500 records are accepted, 501 are not", async () => {
  const { client, firehose } = await running();
  await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records(500) }));
  const over = client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records(501) }));
  await expect(over).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("less than or equal to 500"),
  });
  expect(firehose.counters()[DeliveryStreamName]).toMatchObject({ accepted: 500 });
});

test("4 MiB are accepted, a byte more is not", async () => {
  const { client } = await running();
  const name = "mercafacil-local-quarantine";
  const mebibyteish = Buffer.alloc(1024 * 1000, "x");
  const rest = 4 * 1024 * 1024 - 4 * mebibyteish.length;
  const put = (last: number) =>
    client.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: name,
        Records: [...records(4, mebibyteish), { Data: Buffer.alloc(last, "y") }],
      }),
    );
  await expect(put(rest)).resolves.toMatchObject({ FailedPutCount: 0 });
  await expect(put(rest + 1)).rejects.toBeInstanceOf(InvalidArgumentException);
});

test("a record of 1,000 KiB is accepted, a byte more is not", async () => {
  const { client } = await running();
  const put = (bytes: number) =>
    client.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: "mercafacil-local-quarantine",
        Records: [{ Data: Buffer.from("first") }, { Data: Buffer.alloc(bytes, "x") }],
      }),
    );
  await expect(put(1_024_000)).resolves.toMatchObject({ FailedPutCount: 0 });
  await expect(put(1_024_001)).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("records.2.member.data"),
  });
});

test("a stream that does not exist is AWS's own error", async () => {
  const { client } = await running();
  const put = client.send(new PutRecordBatchCommand({ DeliveryStreamName: "another", Records: records(1) }));
  await expect(put).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test("an action that the local Firehose does not execute is refused by name", async () => {
  const { client } = await running();
  await expect(client.send(new ListDeliveryStreamsCommand({}))).rejects.toThrow(/ListDeliveryStreams/);
});

test.each([
  ["not JSON", "{"],
  ["no object", "[]"],
  ["no stream name", '{"Records":[]}'],
  ["no records", '{"DeliveryStreamName":"x"}'],
])("a body with %s is refused, and the server goes on", async (_, body) => {
  const { server, client } = await running();
  const headers = { "x-amz-target": "Firehose_20150804.PutRecordBatch" };
  expect((await fetch(server.url, { method: "POST", headers, body })).status).toBe(400);
  await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records(1) }));
});

test("a partial failure answers 200, names the failed records, and only the others are accepted", async () => {
  const refuse = (_: string, index: number) =>
    index === 1 ? { code: "ServiceUnavailableException", message: "Slow down." } : undefined;
  const { client, firehose } = await running({ refuse });
  const answer = await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records(3) }));
  expect(answer.FailedPutCount).toBe(1);
  expect(answer.RequestResponses?.map((each) => each.ErrorCode)).toEqual([
    undefined,
    "ServiceUnavailableException",
    undefined,
  ]);
  expect(firehose.counters()[DeliveryStreamName]).toMatchObject({ accepted: 2 });
});

test("a port already taken is an error that names it", async () => {
  const { firehose, server } = await running();
  await expect(startFirehoseServer({ firehose, port: server.port, now: () => nine })).rejects.toThrow(
    String(server.port),
  );
});
