// The AWS APIs that Airflow and the clusters call, inside the network itself, so that it needs no way out.
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { Construct } from "constructs";
import type { Platform } from "../shared/platform";
import { admit, HTTPS, securityGroup } from "./security-group";

/**
 * What MWAA asks of a network without internet, and EMR's own API, by which Airflow starts and ends clusters. S3 has a
 * gateway. https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-vpe-create-access.html
 */
export const ENDPOINTS = [
  ...["airflow.api", "airflow.env", "airflow.ops"],
  ...["ecr.api", "ecr.dkr"],
  ...["elasticmapreduce", "kms", "logs", "monitoring", "sqs"],
];

export interface InterfaceEndpointsProps {
  readonly platform: Pick<Platform, "prefix" | "region">;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Whose addresses may use them. */
  readonly cidr: string;
}

/** An endpoint for each API, under the API's public name. */
export function interfaceEndpoints(
  scope: Construct,
  { platform, vpcId, subnetIds, cidr }: InterfaceEndpointsProps,
): void {
  const { prefix, region } = platform;
  const group = securityGroup(scope, { prefix, group: "endpoints", description: "endpoints of AWS's APIs", vpcId });
  admit(scope, "endpoints", group, cidr, HTTPS);
  for (const service of ENDPOINTS)
    new VpcEndpoint(scope, `endpoint-${service}`, {
      vpcId,
      serviceName: `com.amazonaws.${region}.${service}`,
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: [...subnetIds],
      securityGroupIds: [group],
      tags: { Name: `${prefix}-${service}` },
    });
}
