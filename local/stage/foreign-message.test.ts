// What is not ours in a queue of the shipped functions ends with the parked messages, once, and costs nobody a message.
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { introduce, playScriptedDay } from "../rehearsal/play-day";
import { sendingNights } from "../rehearsal/sending-nights";
import { type Stage, startStage } from "./stage";

// The search for Java is an ES module, which Jest cannot load from here; a stage needs no Java.
jest.mock("../../scripts/find-tools.mjs", () => ({ javaCandidates: () => [], findJavaHome: () => "none" }), {
  virtual: true,
});

const SHOPPERS = 3;
const shard = { version: 1, shard_id: "0", tenant_id: "rede-ensaio", etag: '"0"', start: 0, end: 10 };
const FOREIGN = [
  "no JSON",
  "[]",
  JSON.stringify({ ...shard, version: 2, offer_date: "2026-11-24", key: "data_output/2026-11-24/x.txt" }),
  JSON.stringify({ ...shard, offer_date: "2026-11-24", key: "data_output/2026-11-23/x.txt" }),
  JSON.stringify({ ...shard, offer_date: "2026-11-24", key: "data_output/2026-11-24/x.txt", start: 10 }),
];

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(() => stage.close());

/** The bodies that lie in a queue; they stay there. */
async function bodiesIn(url: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const ask = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
    const { Messages = [] } = await stage.standIns.clients.sqs.send(new ReceiveMessageCommand(ask));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = "" }) => Body));
  }
}

test("a foreign message of the send queue and one of the status queue are parked exactly once, over two days", async () => {
  const { clients, platform } = stage.standIns;
  const nights = sendingNights();
  const urls = ["SEND_QUEUE_URL", "STATUS_QUEUE_URL"].map(stage.variable);
  const parkedAt = urls.map((url) => {
    const queue = platform.queues.find((one) => one.url === url);
    return platform.queues.find(({ arn }) => arn === queue?.redrive?.deadLetterTargetArn)?.url ?? "";
  });
  for (const url of urls)
    for (const MessageBody of FOREIGN) await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));

  for (const first of [0, SHOPPERS]) {
    const day = await playScriptedDay(stage, nights.next().value, await introduce(stage, first, SHOPPERS));
    expect([...day.lines.values()].map(({ state }) => state)).toEqual(Array(SHOPPERS).fill("DELIVERED"));
    expect({ parked: day.parked, failures: day.failures }).toEqual({ parked: 2 * FOREIGN.length, failures: [] });
  }
  for (const url of urls) expect(await stage.queued(url)).toBe(0);
  for (const url of parkedAt) expect((await bodiesIn(url)).toSorted()).toEqual(FOREIGN.toSorted());
}, 300_000);
