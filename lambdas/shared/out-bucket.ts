// The OUT bucket as dispatch reads it: as streams, never a whole file, and pinned to the version that was verified.
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ByteRange } from "./byte-lines";
import { type Manifest, manifestKey, plannedKey, readManifest } from "./manifest";

/** An object being read. */
export type OpenObject = { readonly etag: string; readonly chunks: AsyncIterable<Uint8Array> };

/** What dispatch does with the OUT bucket. */
export type OutBucket = {
  /** The manifest of a day, or undefined when nothing was published. */
  readonly manifest: (offerDate: string) => Promise<Manifest | undefined>;
  /** The same unread, as far as readers want more of it than its files. */
  readonly manifestText: (offerDate: string) => Promise<string | undefined>;
  /** An object from its beginning, or undefined when there is none. */
  readonly open: (key: string) => Promise<OpenObject | undefined>;
  /** A range of an object whose ETag must still be `etag`; undefined when it is another or gone. */
  readonly openRange: (key: string, etag: string, range: ByteRange) => Promise<OpenObject | undefined>;
  /** Marks a day as planned, once. */
  readonly markPlanned: (offerDate: string, at: string) => Promise<void>;
};

const statusOf = (error: unknown): number | undefined =>
  (Object(error) as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** The OUT bucket on S3. */
export function s3OutBucket(s3: S3Client, bucket: string): OutBucket {
  async function get(key: string, conditions: { IfMatch?: string; Range?: string }, gone: readonly number[]) {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...conditions }));
      return { etag: ETag ?? "", body: Body! };
    } catch (error) {
      if (gone.includes(statusOf(error) ?? 0)) return undefined;
      throw error;
    }
  }
  const opened = (object: Awaited<ReturnType<typeof get>>): OpenObject | undefined =>
    object && { etag: object.etag, chunks: object.body as unknown as AsyncIterable<Uint8Array> };

  async function manifestText(offerDate: string): Promise<string | undefined> {
    const object = await get(manifestKey(offerDate), {}, [404]);
    return object?.body.transformToString("utf-8");
  }

  return {
    async manifest(offerDate) {
      const text = await manifestText(offerDate);
      return text === undefined ? undefined : readManifest(text, offerDate);
    },
    manifestText,
    open: async (key) => opened(await get(key, {}, [404])),
    openRange: async (key, etag, { start, end }) =>
      opened(await get(key, { IfMatch: etag, Range: `bytes=${start}-${end - 1}` }, [404, 412])),
    async markPlanned(offerDate, at) {
      const Body = JSON.stringify({ version: 1, offer_date: offerDate, planned_at: at });
      const ContentType = "application/json";
      try {
        const Key = plannedKey(offerDate);
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType, IfNoneMatch: "*" }));
      } catch (error) {
        // An earlier plan's mark stands; one being written at this very moment is as good.
        if (![409, 412].includes(statusOf(error) ?? 0)) throw error;
      }
    },
  };
}
