// Every connection of a network, taken or refused, is logged under the module's key for as long as all other logs.
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import type { Construct } from "constructs";
import type { KeyRef } from "../shared/data-key";
import { logGroup } from "../shared/log-group";
import type { Platform } from "../shared/platform";
import { ServiceRole } from "../shared/policy";

export interface FlowLogProps {
  readonly platform: Pick<Platform, "prefix" | "logRetentionDays">;
  readonly vpcId: string;
  readonly key: KeyRef;
}

/** The flow log of a VPC, in a log group of its own. */
export function flowLog(scope: Construct, { platform: { prefix, logRetentionDays }, vpcId, key }: FlowLogProps): void {
  const group = logGroup(scope, "flow-log-group", {
    name: `/aws/vpc/${prefix}-flow`,
    address: "vpc_flow",
    retentionDays: logRetentionDays,
    key,
  });
  const role = new ServiceRole(scope, "flow-log-role", {
    name: `${prefix}-flow-log`,
    services: ["vpc-flow-logs.amazonaws.com"],
    onlyForThisAccount: true,
    permissions: [
      {
        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources: [`${group.arn}:*`],
      },
      { actions: ["logs:DescribeLogGroups"], resources: ["*"] },
    ],
  });
  new FlowLog(scope, "flow-log", {
    vpcId,
    trafficType: "ALL",
    logDestination: group.arn,
    iamRoleArn: role.arn,
    tags: { Name: `${prefix}-flow` },
    dependsOn: role.ready,
  });
}
