// `npm run replay`: events that were rejected and kept, judged once more by the contracts as they are now.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { prefixOf } from "../../bootstrap/place";
import { streamSuffix } from "../../contracts/contract";
import { ENVIRONMENTS } from "../../environments/all";
import { contracts } from "../../generated/contracts";
import { validators } from "../../generated/validators";
import { masterKeyOf, putBatchOf } from "../../lambdas/collector/aws-ports";
import { ANSWER_MILLISECONDS } from "../../lambdas/collector/limits";
import { timeStamper } from "../../lambdas/collector/local-time";
import { realPacing } from "../../lambdas/collector/pacing";
import { writeFact } from "../../lambdas/shared/vault";
import { awsPlace, s3ClientOf } from "../environment-place";
import { runCommand, say } from "../run-command";
import { textTable } from "../text-table";
import { opener } from "./quarantine-record";
import { replayEvents } from "./replay-events";
import { type ReplayOptions, readReplayOptions } from "./replay-options";

const FOLDER = "quarantine/ingestion/";

/** The lines of the objects that arrived on these dates. */
async function* keptLines(s3: S3Client, bucket: string, { from, to }: ReplayOptions): AsyncGenerator<string> {
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: FOLDER, StartAfter: `${FOLDER}${from}` },
  );
  for await (const { Contents = [] } of pages)
    for (const { Key = "" } of Contents) {
      const date = Key.slice(FOLDER.length).split("/")[0] ?? "";
      if (date > to) return;
      if (date < from) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const text = (await Body?.transformToString("utf8")) ?? "";
      for (const line of text.split("\n")) if (line !== "") yield line;
    }
}

const run = async (): Promise<boolean> => {
  const options = readReplayOptions(process.argv.slice(2), ENVIRONMENTS);
  const { environment, firehose, dryRun } = options;
  const { partitionGranularity } = environment.streams;
  const place = awsPlace(options);
  const prefix = prefixOf(environment.name);
  const warn = (what: string) => void process.stderr.write(`${what}\n`);
  const vault = new DynamoDBClient(place);
  const kms = new KMSClient(place);
  const streams = new FirehoseClient({
    ...place,
    ...(firehose === undefined ? {} : { endpoint: firehose }),
    maxAttempts: 1,
  });
  const s3 = s3ClientOf(options);
  const secret = masterKeyOf(new SecretsManagerClient(place), `${prefix}/tokens`);
  const tally = await replayEvents(keptLines(s3, `${prefix}-in`, options), options, {
    routes: new Map(
      contracts.map((contract) => {
        const validate = validators.get(contract.scope);
        if (!validate) throw new Error(`There is no validator of ${contract.scope}: build again.`);
        const stream = `${prefix}-${streamSuffix(contract)}`;
        const put = putBatchOf(streams, stream, (_, error, failed) =>
          warn(`${stream} did not take ${failed}: ${error ?? "throttled"}`),
        );
        return [contract.scope, { contract, validate, put }];
      }),
    ),
    open: opener(async (wrapped) => {
      const command = new DecryptCommand({
        KeyId: `alias/${prefix}-seal`,
        CiphertextBlob: wrapped,
        EncryptionAlgorithm: "RSAES_OAEP_SHA_256",
      });
      return Buffer.from((await kms.send(command)).Plaintext ?? []);
    }),
    masterKey: await secret(AbortSignal.timeout(10_000)),
    writeFact: (fact, signal) => writeFact(vault, `${prefix}-vault`, fact, signal),
    onFailure: (step, error) => warn(`${step}: ${error instanceof Error ? error.message : error}`),
    timeStamps: timeStamper(environment.timeZone, partitionGranularity),
    now: Date.now,
    pacing: () => realPacing(ANSWER_MILLISECONDS),
    dryRun,
  });
  const head = ["chain", "contract", "rejected as", dryRun ? "would be" : "is now", "events"] as const;
  for (const line of textTable([head, ...tally.rows()])) say(line);
  say(`${tally.total()} kept events, ${tally.count("STORED")} ${dryRun ? "would be stored" : "stored"}`);
  if (tally.count("NOT_STORED") > 0)
    say("What is NOT_STORED is stored when the command is run again; twice the same event counts once.");
  return tally.count("NOT_STORED") === 0 && tally.count("UNREADABLE") === 0;
};

runCommand(run);
