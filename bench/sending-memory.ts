// Reads an OUT file once, in a process of its own, and prints the most memory that it held: as the sender passes over a
// file whose lines have all ended, or by a readline loop over the same parts of the same object.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../lambdas/shared/aws-clients";
import { loadSender, senderEnvironment } from "./sender-world";

/** What is to be read, and how, as JSON in the first argument. */
export interface ReadingOptions {
  readonly by: "sender" | "readline";
  readonly url: string;
  readonly fileBytes: number;
  readonly shardBytes: number;
}

const bySender = async ({ url, fileBytes, shardBytes }: ReadingOptions): Promise<void> => {
  const work = loadSender(url, fileBytes, shardBytes);
  for (let shard = 0; shard * shardBytes < fileBytes; shard += 1) await work(shard);
};

/** Parses each line that lies whole in a part; a line that is cut is nobody's. */
const byReadline = async ({ url, fileBytes, shardBytes }: ReadingOptions): Promise<void> => {
  Object.assign(process.env, senderEnvironment(url));
  const client = s3();
  let offers = 0;
  for (let start = 0; start < fileBytes; start += shardBytes) {
    const Range = `bytes=${start}-${Math.min(fileBytes, start + shardBytes) - 1}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "bench", Key: "out", Range }));
    for await (const line of createInterface({ input: Body as Readable, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line.startsWith('{"recommendation_id"') && line.endsWith('"champion"}'))
        offers += JSON.parse(line).offers.length;
  }
  if (offers === 0) throw new Error("the file has no offers");
};

const [options] = process.argv.slice(2);
if (options !== undefined) {
  const reading = JSON.parse(options) as ReadingOptions;
  void (reading.by === "sender" ? bySender : byReadline)(reading).then(() =>
    console.log(process.resourceUsage().maxRSS / 1024),
  );
}
