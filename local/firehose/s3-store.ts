// Puts the local Firehose's objects into S3, or what speaks its protocol.
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ObjectStore } from "./delivery-stream";

export function s3Store(client: S3Client): ObjectStore {
  return {
    put: async (bucket, key, body) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
  };
}
