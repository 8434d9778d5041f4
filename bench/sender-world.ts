// What the sending benchmarks share: an OUT file, the stand-in for AWS and Twilio beside it, and the sender's shipped
// bundle in this process, on a working day at ten in the morning.
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { cutShards } from "../lambdas/shared/byte-lines";
import { outLineText, shopperOf } from "../lambdas/shared/out-file-fixture";
import { shardId, shardMessage } from "../lambdas/shared/shard";
import type { StandInOptions } from "./send-stand-in";

const root = path.join(__dirname, "..", "..");
const TENANT = "bench";
const DATE = "2026-11-23";
const TEN = Date.parse(`${DATE}T13:00:00Z`);
const KEY = `data_output/${DATE}/recommendations_bench.txt`;
const NAMES = [
  "Café torrado e moído 500 g",
  "Arroz tipo 1",
  "Feijão carioca 1 kg",
  "Leite integral 1 l",
  "Óleo de soja",
];

/** What the handler must find in its environment; only loopback addresses lead anywhere. */
export const senderEnvironment = (url: string): Readonly<Record<string, string>> => ({
  AWS_REGION: "sa-east-1",
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  OUT_BUCKET: "bench",
  LEDGER_TABLE: "ledger",
  VAULT_TABLE: "vault",
  CONTROL_TABLE: "control",
  SEND_QUEUE_URL: `${url}/queue`,
  TWILIO_SECRET_ARN: "bench",
  TWILIO_BASE_URL: url,
  CALLBACK_BASE_URL: "https://callbacks.execute-api.sa-east-1.amazonaws.com/bench",
  MESSAGES_PER_SECOND: '{"*":5000}',
  SENDERS: '{"*":"+15005550006"}',
  SMS_TEMPLATES: '{"*":"{chain}: {offers}. SAIR para parar."}',
  CHANNELS: '{"*":["sms"]}',
  WHATSAPP: "{}",
  RECIPIENTS: "all",
  PRICE_PER_SEGMENT_BRL: "0.1",
  WHATSAPP_PRICE_BRL: "0.4",
  WEEKLY_CAP: "7",
  HOLD_OUT_SHARE: "0",
  HOLIDAYS: "[]",
  TIME_ZONE: "America/Sao_Paulo",
});

/** Writes an OUT file of so many lines; returns its bytes. */
export function writeOutFile(file: string, lines: number): number {
  const out = openSync(file, "w");
  let bytes = 0;
  for (let line = 0; line < lines; line += 1)
    bytes += writeSync(out, outLineText(TENANT, DATE, shopperOf(line), NAMES));
  closeSync(out);
  return bytes;
}

/** A running stand-in. */
export interface StandIn {
  readonly url: string;
  /** How often each operation was called so far; Twilio is one of them. */
  calls(): Promise<Readonly<Record<string, number>>>;
  stop(): void;
}

/** Starts the stand-in in a process of its own. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const args = [path.join(__dirname, "send-stand-in.js"), JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the stand-in ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    calls: async () => (await (await fetch(`${url}/calls`)).json()) as Record<string, number>,
    stop: () => child.stdin.end(),
  };
}

/** Works one shard of the file; resolves with how many of its lines ended how. */
export type WorkShard = (shard: number) => Promise<Readonly<Record<string, number>>>;

/** Loads the shipped sender against a stand-in; `shardBytes` cuts the file of `fileBytes` as the planner does. */
export function loadSender(url: string, fileBytes: number, shardBytes: number): WorkShard {
  const bundle = path.join(root, "dist", "bundles", "sender", "index.js");
  if (!existsSync(bundle)) throw new Error(`There is no ${bundle}: run npm run build first.`);
  Object.assign(process.env, senderEnvironment(url));
  const shift = TEN - Date.now();
  const realNow = Date.now;
  Date.now = () => realNow() + shift;
  const { handler } = require(bundle) as {
    handler: (event: object, context: object) => Promise<{ readonly batchItemFailures: readonly object[] }>;
  };
  const shards = cutShards(fileBytes, shardBytes);
  const etag = '"bench"';
  return async (place) => {
    const range = shards[place];
    if (!range) throw new Error(`the file has no shard ${place}`);
    const shard = { ...range, shardId: shardId(KEY, etag, range), tenantId: TENANT, offerDate: DATE, key: KEY, etag };
    const said = await linesWritten(async () => {
      const event = { Records: [{ messageId: "m", body: shardMessage(shard) }] };
      const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => 300_000 });
      if (batchItemFailures.length > 0) throw new Error("the sender handed a shard back");
    });
    const done = said.find(({ message }) => message === "shard_done");
    if (!done) throw new Error(`the sender said ${JSON.stringify(said)}`);
    return done.ends as Record<string, number>;
  };
}

/** What the handler logs while it works, instead of on the benchmark's own output. */
async function linesWritten(work: () => Promise<void>): Promise<readonly Record<string, unknown>[]> {
  const lines: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((line: string) => lines.push(line) > 0) as typeof write;
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
