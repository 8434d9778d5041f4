// A log is kept for a set time, under a customer-managed key and at a fixed address: another construct's name would
// otherwise throw away what was logged.
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { KeyRef } from "./data-key";

export interface LogGroupProps {
  /** Name in CloudWatch. */
  readonly name: string;
  /** The rest of its fixed address in the state. */
  readonly address: string;
  /** The key that it lies under. */
  readonly key: KeyRef;
  /** Days that log lines are kept. */
  readonly retentionDays: number;
}

/** A log group. */
export function logGroup(scope: Construct, id: string, props: LogGroupProps): CloudwatchLogGroup {
  const { name, address, key, retentionDays } = props;
  const group = new CloudwatchLogGroup(scope, id, { name, retentionInDays: retentionDays, kmsKeyId: key.arn });
  group.overrideLogicalId(`logs_${address}`);
  return group;
}
