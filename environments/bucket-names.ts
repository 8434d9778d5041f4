// Bucket names are global: whoever is second to take one fails, or finds another environment's data in it. So the names
// that the stacks really make are compared, those of the states included.
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import type { Rule } from "../modules/shared/rules";
import type { Environment } from "./environment";

/** A bucket by its name, and what it is for. */
export interface NamedBucket {
  readonly bucket: string;
  /** `dev`, or `the state of account 111122223333`. */
  readonly owner: string;
}

/** The buckets that an environment's stack makes, and the one that holds its state. */
export function bucketsOf({ name, account, state }: Environment, stack: Construct): NamedBucket[] {
  const made = stack.node.findAll().filter((construct) => construct instanceof S3Bucket);
  const names = made.map(({ bucketInput }) => bucketInput).filter((bucket) => bucket && !Token.isUnresolved(bucket));
  return [
    ...names.map((bucket) => ({ bucket: bucket!, owner: name })),
    ...(state.kind === "s3" ? [{ bucket: state.bucket, owner: `the state of account ${account}` }] : []),
  ];
}

/** The owners of each bucket that has several. */
function shared(buckets: readonly NamedBucket[]): Record<string, string[]> {
  const owners = new Map<string, Set<string>>();
  for (const { bucket, owner } of buckets) owners.set(bucket, (owners.get(bucket) ?? new Set()).add(owner));
  const several = [...owners].filter(([, names]) => names.size > 1);
  return Object.fromEntries(several.map(([bucket, names]) => [bucket, [...names]]));
}

/** The rule of all buckets of all environments. */
export const BUCKET_RULES: readonly Rule<readonly NamedBucket[]>[] = [
  {
    rule: "no two environments share a bucket, nor do an environment and a state",
    received: shared,
    holds: (buckets) => Object.keys(shared(buckets)).length === 0,
    remedy: "rename one of the environments, or the state bucket",
  },
];
