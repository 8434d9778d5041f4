// A bucket that a module is given lies under a customer-managed key, or synth refuses the module: what somebody else
// made may lack what ours cannot.
import type { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import type { KeyRef } from "./data-key";
import type { BucketRef } from "./grants";
import { type Rule, refuseAtSynth } from "./rules";

const RULES: readonly Rule<{ readonly key?: Partial<KeyRef> }>[] = [
  {
    rule: "the bucket comes with the ARN of the customer-managed key that its objects lie under",
    received: ({ key }) => key?.arn,
    holds: ({ key }) => /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key?.arn ?? ""),
    remedy: "encrypt it under a key of yours and give the key's ARN with the bucket",
  },
];

// Stands in for a missing key until synth has refused it with all else.
const NO_KEY: KeyRef = { arn: "" };

/** The props with every bucket of the lake under some key; synth refuses the buckets that came without. */
export function onlyEncrypted<Buckets extends Partial<LakeBuckets>, Props extends { lake: { buckets: Buckets } }>(
  scope: Construct,
  props: Props,
): Props {
  const keyed = Object.entries(props.lake.buckets).map(([name, bucket]) => {
    // Logs lie under S3's own key: S3 writes access logs to no other.
    if (name === "logs") return [name, bucket];
    const given: Partial<BucketRef> = bucket;
    refuseAtSynth(scope, `lake.buckets.${name}`, given, RULES);
    return [name, { ...given, key: given.key ?? NO_KEY }];
  });
  return { ...props, lake: { ...props.lake, buckets: Object.fromEntries(keyed) } };
}
