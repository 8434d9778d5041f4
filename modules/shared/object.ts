// A shipped file becomes an S3 object under a fixed key and a fixed address: it changes only with its content.
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";
import { type Asset, fileAsset } from "./asset";
import type { BucketRef } from "./grants";

/** Puts an asset at `key`. */
export function assetObject(
  scope: Construct,
  bucket: BucketRef,
  key: string,
  { path, contentHash }: Asset,
  lifecycle?: TerraformResourceLifecycle,
): S3Object {
  return new S3Object(scope, key.replaceAll("/", " "), {
    bucket: bucket.name,
    key,
    source: path,
    sourceHash: contentHash,
    lifecycle,
  });
}

/** Puts the file at `absolutePath` at `key`. */
export function fileObject(
  scope: Construct,
  bucket: BucketRef,
  key: string,
  absolutePath: string,
  lifecycle?: TerraformResourceLifecycle,
): S3Object {
  return assetObject(scope, bucket, key, fileAsset(scope, absolutePath), lifecycle);
}
