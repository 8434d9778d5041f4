// Bucket names are global, live in host names, and partly reserved: what S3 would refuse is told apart here.

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/**
 * Whether S3 takes `name` for a general purpose bucket: 3–63 lower-case letters, digits and hyphens, none of them at
 * either end a hyphen, no reserved beginning or end. Dots are refused too: TLS certificates do not cover them.
 */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  );
}
