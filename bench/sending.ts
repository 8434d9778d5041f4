// How many messages a second the shipped sender sends, with its ledger, vault, switches, money and pace, beside a bare
// loop that only asks Twilio; and what the calls that it made cost at AWS.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { median } from "./median";
import { report } from "./report";
import { costOf } from "./send-costs";
import { loadSender, type StandIn, startStandIn, writeOutFile } from "./sender-world";

const inFlight = 100;
const awsMilliseconds = 5;
const twilioMilliseconds = 100;
const rounds = 5;
const limit = 0.65;
const shardBytes = 1_048_576;
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

const main = async (): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  let standIn: StandIn | undefined;
  try {
    const outFile = path.join(folder, "out.txt");
    const fileBytes = writeOutFile(outFile, Math.ceil(((rounds + 1) * shardBytes) / 650));
    standIn = await startStandIn({ awsMilliseconds, twilioMilliseconds, outFile, allSettled: false });
    const work = loadSender(standIn.url, fileBytes, shardBytes);
    const rates: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
    let [sent, seconds] = [0, 0];
    // In turn, so that a busy moment of the machine meets both; the first round warms the compiler and is forgotten.
    for (let round = 0; round <= rounds; round += 1) {
      const begin = performance.now();
      const ends = await work(round);
      const took = (performance.now() - begin) / 1000;
      if (Object.keys(ends).join() !== "SENT") throw new Error(`lines ended otherwise: ${JSON.stringify(ends)}`);
      const messages = ends.SENT ?? 0;
      rates.ours.push(messages / took);
      rates.bare.push(await bare(standIn.url, messages));
      sent += messages;
      seconds += took;
    }
    const [ours, alone] = [median(rates.ours.slice(1)), median(rates.bare.slice(1))];
    const calls = { ...(await standIn.calls()), shard: rounds + 1 };
    const cost = costOf(calls, { gigabytes, seconds });
    const dollars = (part: number): string => ((part / sent) * 1000).toFixed(4);
    report([
      {
        what: `Sending, ${inFlight} requests in flight, Twilio ${twilioMilliseconds} ms, DynamoDB ${awsMilliseconds} ms`,
        measured: `${(ours / alone).toFixed(2)}× (${Math.round(ours)} messages/s, median of ${rounds})`,
        baseline: `${Math.round(alone)} messages/s of a bare undici loop without a ledger`,
        limit: { text: `≥ ${limit}×`, kept: ours / alone >= limit },
      },
      {
        what: "AWS for sending 1,000 messages",
        measured: `US$ ${dollars(cost.dynamoDb + cost.lambda + cost.rest)}`,
        baseline: `DynamoDB ${dollars(cost.dynamoDb)}, Lambda at ${gigabytes} GB ${dollars(cost.lambda)}, S3, SQS and Secrets Manager ${dollars(cost.rest)}`,
      },
    ]);
    console.log(`    calls:  ${JSON.stringify(calls)} for ${sent} messages`);
  } finally {
    standIn?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
