// Copies every object of every bucket to the out folder, handing each to whoever counts it on the way.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { exportPath, foldersOf } from "./export-path";

// Objects under way at once; the largest are 256 MiB and come alone.
const CONCURRENCY = 8;
const LARGE_BYTES = 16 * 1024 * 1024;

interface Listed {
  readonly key: string;
  readonly size: number;
}

const list = async (s3: S3Client, bucket: string): Promise<readonly Listed[]> => {
  const found: Listed[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket }))
    for (const { Key, Size = 0 } of page.Contents ?? []) if (Key !== undefined) found.push({ key: Key, size: Size });
  return found;
};

/** Writes `<folder>/<bucket>/<key>` for every object; `visit` gets each one's bytes. */
export const exportBuckets = async (
  s3: S3Client,
  buckets: readonly string[],
  folder: string,
  visit: (bucket: string, key: string, bytes: Uint8Array) => Promise<void> | void,
): Promise<void> => {
  for (const bucket of buckets) {
    const target = join(folder, bucket);
    mkdirSync(target, { recursive: true });
    const objects = [...(await list(s3, bucket))];
    const folders = foldersOf(objects.map(({ key }) => key));
    const copy = async ({ key }: Listed) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const file = join(target, exportPath(key, folders));
      mkdirSync(dirname(file), { recursive: true });
      // An empty object named as a folder is how S3A marks one; the folder itself is there.
      if (bytes.length > 0 || !key.endsWith("/")) writeFileSync(file, bytes);
      await visit(bucket, key, bytes);
    };
    const worker = async () => {
      for (let next = objects.shift(); next; next = objects.shift()) await copy(next);
    };
    const large = objects.filter(({ size }) => size > LARGE_BYTES);
    for (const object of large) await copy(object);
    objects.splice(0, objects.length, ...objects.filter(({ size }) => size <= LARGE_BYTES));
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
};
