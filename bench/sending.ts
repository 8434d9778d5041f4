// How many messages a second the shipped sender sends, with its ledger, vault, switches, money and pace, beside a bare
// loop that only asks Twilio; what the calls that it made cost at AWS; and how much memory a large file takes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { bundleForNode } from "./bundle";
import { median } from "./median";
import { type Finding, report } from "./report";
import { costOf } from "./send-costs";
import { loadSender, startStandIn, writeOutFile } from "./sender-world";
import type { ReadingOptions } from "./sending-memory";

const inFlight = 100;
const awsMilliseconds = 5;
const twilioMilliseconds = 100;
const rounds = 5;
/** The compiler is still at work in them. */
const warmRounds = 2;
const limit = 0.65;
const shardBytes = 1_048_576;
const lineBytes = 700;
const largeFileBytes = 200e6;
const limitMemory = 1.3;
const gigabytes = 0.5;

const form = new URLSearchParams({
  To: "+5511987654321",
  From: "+15005550006",
  Body: "bench: Cafe torrado e moido 500 g; Arroz tipo 1; Feijao carioca 1 kg; Leite integral 1 l. SAIR para parar.",
  StatusCallback: `https://callbacks.execute-api.sa-east-1.amazonaws.com/bench/twilio/status/bench%7C2026-11-23%7C${"0".repeat(64)}`,
  ValidityPeriod: "28800",
}).toString();

/** Messages a second of a loop with so many requests in flight and nothing around them. */
async function bare(url: string, messages: number): Promise<number> {
  const dispatcher = new Agent({ connections: inFlight, pipelining: 1 });
  const address = `${url}/2010-04-01/Accounts/AC${"0".repeat(32)}/Messages.json`;
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Authorization: "Basic YmVuY2g6YmVuY2g=" };
  let left = messages;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { statusCode, body } = await request(address, { method: "POST", headers, body: form, dispatcher });
      const { sid } = (await body.json()) as { sid: string };
      if (statusCode !== 201 || !sid) throw new Error(`the stand-in answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - begin) / 1000;
  await dispatcher.close();
  return messages / seconds;
}

/** The most mebibytes that a process held which read the file so. */
const heldBy = (script: string, options: ReadingOptions): number =>
  Number(
    execFileSync(process.execPath, [script, JSON.stringify(options)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );

async function memory(folder: string): Promise<Finding> {
  const outFile = path.join(folder, "large.txt");
  const fileBytes = writeOutFile(outFile, Math.ceil(largeFileBytes / lineBytes));
  const standIn = await startStandIn({ awsMilliseconds: 0, twilioMilliseconds: 0, outFile, allSettled: true });
  try {
    const reading = { url: standIn.url, fileBytes, shardBytes };
    // Bundled as the sender is, so that no module is held that is not used.
    const script = path.join(folder, "reading.js");
    bundleForNode(path.join(__dirname, "sending-memory.js"), script);
    const ours = heldBy(path.join(__dirname, "sending-memory.js"), { ...reading, by: "sender" });
    const alone = heldBy(script, { ...reading, by: "readline" });
    return {
      what: `Memory over an OUT file of ${Math.round(fileBytes / 1e6)} MB`,
      measured: `${(ours / alone).toFixed(2)}× (${Math.round(ours)} MiB)`,
      baseline: `${Math.round(alone)} MiB of a readline loop that parses the lines of the same parts, read by the same S3 client`,
      limit: { text: `≤ ${limitMemory}×`, kept: ours / alone <= limitMemory },
    };
  } finally {
    standIn.stop();
  }
}

async function speed(folder: string): Promise<Finding[]> {
  const outFile = path.join(folder, "out.txt");
  const fileBytes = writeOutFile(outFile, Math.ceil(((rounds + warmRounds) * shardBytes) / lineBytes));
  const standIn = await startStandIn({ awsMilliseconds, twilioMilliseconds, outFile, allSettled: false });
  try {
    const work = loadSender(standIn.url, fileBytes, shardBytes);
    const rates: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
    let [sent, seconds] = [0, 0];
    // In turn, so that a busy moment of the machine meets both.
    for (let round = 0; round < rounds + warmRounds; round += 1) {
      const begin = performance.now();
      const ends = await work(round);
      const took = (performance.now() - begin) / 1000;
      const messages = ends.SENT ?? 0;
      if (Object.keys(ends).length !== 1) throw new Error(`lines ended otherwise: ${JSON.stringify(ends)}`);
      sent += messages;
      seconds += took;
      const alone = await bare(standIn.url, messages);
      if (round < warmRounds) continue;
      rates.ours.push(messages / took);
      rates.bare.push(alone);
    }
    const [ours, alone] = [median(rates.ours), median(rates.bare)];
    const calls = { ...(await standIn.calls()), shard: rounds + warmRounds };
    const cost = costOf(calls, { gigabytes, seconds });
    const dollars = (part: number): string => ((part / sent) * 1000).toFixed(4);
    return [
      {
        what: `Sending, ${inFlight} requests in flight, Twilio ${twilioMilliseconds} ms, DynamoDB ${awsMilliseconds} ms`,
        measured: `${(ours / alone).toFixed(2)}× (${Math.round(ours)} messages/s, median of ${rounds})`,
        baseline: `${Math.round(alone)} messages/s of a bare undici loop without a ledger`,
        limit: { text: `≥ ${limit}×`, kept: ours / alone >= limit },
      },
      {
        what: "AWS for sending 1,000 messages, receipts aside",
        measured: `US$ ${dollars(cost.dynamoDb + cost.lambda + cost.rest)}`,
        baseline: `DynamoDB ${dollars(cost.dynamoDb)}, Lambda at ${gigabytes} GB ${dollars(cost.lambda)}, S3, SQS and Secrets Manager ${dollars(cost.rest)}; calls ${JSON.stringify(calls)} for ${sent} messages`,
      },
    ];
  } finally {
    standIn.stop();
  }
}

const main = async (): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    report([await memory(folder), ...(await speed(folder))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
