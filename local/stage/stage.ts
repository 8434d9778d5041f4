// The local platform at work for proofs of its own: every part under its own role, nothing played yet, and a few
// ways to arrange what a part finds.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { plainRow, type Row, typedRow } from "../../lambdas/shared/dynamo-items";
import { manifestText, outFileOf, outLineText } from "../../lambdas/shared/out-file-fixture";
import { tenantKey, token } from "../../lambdas/shared/tokens";
import { createQueues } from "../apply/apply-platform";
import { listenOnLoopback } from "../front/front";
import { startAwsStandIn } from "../night/aws-stand-in";
import { createChains } from "../night/chains";
import { createPlayedClock, type PlayedClock } from "../night/played-clock";
import { variableOf } from "../night/post-events";
import { createProcesses } from "../night/processes";
import { createPollers } from "../night/sending-day";
import { type StandIns, startStandIns } from "../night/stand-ins";
import { synthesizeLocal } from "../night/synthesize";
import { findTools } from "../night/tools";
import { openWorkspace } from "../night/workspace";
import { LOCAL_TOKEN_KEY } from "../published-secrets";
import type { CreateFault, TwilioFaults } from "../twilio/faults";

/** The platform, and how the scenarios arrange and look at it. Instants are epoch ms. */
export interface Stage {
  readonly standIns: StandIns;
  readonly clock: PlayedClock;
  /** A number that no earlier round has had. */
  next(): number;
  /** What goes wrong at Twilio, by the phone that a message is for. */
  readonly twilioFaults: Map<string, CreateFault>;
  /** Lets Twilio's stand-in misbehave as a script says, instead of by phone; as before without one. */
  rehearse(script?: TwilioFaults): void;
  /** The name of the function with that handler. */
  functionName(handler: string): string;
  /** The value that the functions' variable of that name has: a table, a bucket, a queue. */
  variable(name: string): string;
  put(table: string, row: Row): Promise<void>;
  get(table: string, key: Row): Promise<Row | undefined>;
  remove(table: string, key: Row): Promise<void>;
  /** A chain of that name with a write key. */
  chain(name: string): Promise<string>;
  /** Writes a shopper's phone and consent; the token of the phone. */
  known(tenantId: string, shopperId: string, phone: string, granted?: boolean): Promise<string>;
  /** Publishes one file of offers for those shoppers as the night does. */
  publish(offerDate: string, tenantId: string, shopperIds: readonly string[]): Promise<{ key: string; etag: string }>;
  /** Messages in the queue of that URL, those in somebody's hands included. */
  queued(url: string): Promise<number>;
  /** Empties every queue, of messages in somebody's hands too. */
  emptyQueues(): Promise<void>;
  /** Polls the queue that feeds the function until nothing is left in it. Rejects when polling does. */
  drain(handler: string): Promise<void>;
  /** Bytes of the function's log so far. */
  logSize(handler: string): number;
  close(): Promise<void>;
}

const OFFERS = ["Café", "Arroz", "Feijão"];
const SAID = { occurred_at: "2026-11-01T12:00:00.000Z", event_id: "00000000-0000-4000-8000-000000000000" };

/** Starts it in a folder of its own, which closing removes. */
export const startStage = async (): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), "stage-"));
  const processes = createProcesses();
  const tools = await findTools();
  const workspace = openWorkspace(join(folder, "night"));
  const ingestion = await listenOnLoopback(0);
  const [stack, awsUrl] = await Promise.all([
    synthesizeLocal(tools, workspace, processes),
    startAwsStandIn(tools, workspace, processes),
  ]);
  const clock = createPlayedClock(Date.parse("2026-11-23T13:00:00Z"));
  const twilioFaults = new Map<string, CreateFault>();
  let script: TwilioFaults | undefined;
  const standIns = await startStandIns({
    stack,
    awsUrl,
    workspace,
    clock,
    ingestion,
    twilioFaults: {
      onAccount: (nowMs) => script?.onAccount?.(nowMs),
      onCreate: (form, request, nowMs) =>
        script ? script.onCreate?.(form, request, nowMs) : twilioFaults.get(form.To ?? ""),
    },
  });
  const { clients, platform } = standIns;
  const { dynamodb } = clients;
  let rounds = 0;
  const functionName = (handler: string): string => {
    const found = platform.functions.find(({ name }) => name.endsWith(`-${handler}`));
    if (!found) throw new Error(`the stack has no function ${handler}`);
    return found.name;
  };
  const variable = (name: string) => variableOf(standIns, name);
  const put = async (table: string, row: Row) => {
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: typedRow(row) }));
  };
  const queued = async (url: string): Promise<number> => {
    const { Attributes = {} } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages ?? 0) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0)
    );
  };
  return {
    standIns,
    clock,
    twilioFaults,
    rehearse: (faults) => {
      script = faults;
    },
    functionName,
    variable,
    put,
    queued,
    next: () => ++rounds,
    get: async (table, key) => {
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: typedRow(key) }));
      return Item && plainRow(Item);
    },
    remove: async (table, key) => {
      await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: typedRow(key) }));
    },
    chain: async (name) => (await createChains(dynamodb, variable("CLIENTS_TABLE"), [name])).get(name) ?? "",
    known: async (tenantId, shopperId, phone, granted = true) => {
      const vault = variable("VAULT_TABLE");
      const person = `${tenantId}#${shopperId}`;
      const phoneToken = token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), tenantId), "phone", phone);
      await put(vault, { person, fact: "phone", phone, phone_token: phoneToken, ...SAID });
      await put(vault, { person, fact: "consent#sms", granted, text_version: "1", ...SAID });
      return phoneToken;
    },
    publish: async (offerDate, tenantId, shopperIds) => {
      const text = shopperIds.map((shopper) => outLineText(tenantId, offerDate, shopper, OFFERS)).join("");
      const file = outFileOf(tenantId, offerDate, 0, text);
      const Bucket = variable("OUT_BUCKET");
      const put = await clients.s3.send(new PutObjectCommand({ Bucket, Key: file.key, Body: Buffer.from(text) }));
      const Key = `data_output/${offerDate}/_manifest.json`;
      await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: manifestText(offerDate, [file]) }));
      return { key: file.key, etag: put.ETag ?? "" };
    },
    emptyQueues: async () => {
      const { queues } = platform;
      const counts = await Promise.all(queues.map(({ url }) => queued(url)));
      if (counts.every((count) => count === 0)) return;
      // SQS purges a queue once a minute at most.
      for (const { url } of queues) await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
      await createQueues(clients, queues);
    },
    drain: async (handler) => {
      const index = platform.mappings.findIndex((mapping) => mapping.functionName === functionName(handler));
      const poller = createPollers(standIns, clock.now)[index];
      const queue = platform.queues.find(({ arn }) => arn === platform.mappings[index]?.queueArn);
      if (!poller || !queue) throw new Error(`no queue feeds ${handler}`);
      for (let left = 1; left > 0; left = await poller.waiting()) {
        await poller.poll();
        while (poller.running() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
        // A poller that could not settle says so at the next poll.
        await poller.poll();
      }
      const kept = await queued(queue.url);
      if (kept > 0) throw new Error(`${handler} left ${kept} messages in ${queue.name}`);
    },
    logSize: (handler) =>
      statSync(join(workspace.logs(), `${functionName(handler)}.log`), { throwIfNoEntry: false })?.size ?? 0,
    close: async () => {
      await standIns.close();
      await processes.endAll();
      workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
