// How heavy the sender's bundle is on disk and at every cold start, beside the AWS clients that it cannot do without.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleForNode } from "./bundle";
import { median } from "./median";
import { report } from "./report";
import { senderEnvironment } from "./sender-world";

const runs = 15;
const limitKilobytes = 700;
const limitMilliseconds = 85;
const root = path.join(__dirname, "..", "..");
const clients = ["client-dynamodb", "client-s3", "client-secrets-manager", "client-sqs"];

/** Nothing is called: the address leads nowhere. */
const environment = { ...process.env, ...senderEnvironment("http://127.0.0.1:9") };

/** Milliseconds that a fresh process needs to require the file. */
const importOnce = (file: string): number => {
  const code = `const begin = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - begin);`;
  return Number(execFileSync(process.execPath, ["-e", code], { encoding: "utf8", env: environment }));
};

/** The AWS clients in use, bundled in the same way, and nothing else. */
const bundleClients = (folder: string): string => {
  const entry = path.join(folder, "clients.ts");
  const names = clients.map((name, place) => `import * as c${place} from "@aws-sdk/${name}";`);
  const uses = ["c0.DynamoDBClient, c0.TransactWriteItemsCommand, c0.QueryCommand", "c1.S3Client, c1.GetObjectCommand"];
  uses.push("c2.SecretsManagerClient, c2.GetSecretValueCommand", "c3.SQSClient, c3.SendMessageCommand");
  writeFileSync(entry, `${names.join("\n")}\nexport const used = [${uses.join(", ")}];\n`);
  const outfile = path.join(folder, "clients.js");
  bundleForNode(entry, outfile);
  return outfile;
};

const main = (): void => {
  const bundle = path.join(root, "dist", "bundles", "sender", "index.js");
  if (!existsSync(bundle)) throw new Error(`There is no ${bundle}: run npm run build first.`);
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const alone = bundleClients(folder);
    const kilobytes = (file: string) => Math.round(statSync(file).size / 1000);
    const times: { ours: number[]; alone: number[] } = { ours: [], alone: [] };
    // In turn, so that a busy moment of the machine meets both.
    for (let run = 0; run < runs; run += 1) {
      times.ours.push(importOnce(bundle));
      times.alone.push(importOnce(alone));
    }
    const [ours, theirs] = [Math.round(median(times.ours)), Math.round(median(times.alone))];
    const names = "the DynamoDB, S3, Secrets Manager and SQS clients alone";
    report([
      {
        what: "Sender bundle",
        measured: `${kilobytes(bundle)} kB`,
        baseline: `${kilobytes(alone)} kB for ${names}`,
        limit: { text: `≤ ${limitKilobytes} kB`, kept: kilobytes(bundle) <= limitKilobytes },
      },
      {
        what: "Sender import",
        measured: `${ours} ms (median of ${runs} fresh processes)`,
        baseline: `${theirs} ms for ${names}`,
        limit: { text: `≤ ${limitMilliseconds} ms`, kept: ours <= limitMilliseconds },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

main();
