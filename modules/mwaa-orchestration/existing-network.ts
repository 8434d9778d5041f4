// A network that somebody else made: nothing is made in it but the clusters' own security groups, and what EMR would
// refuse at night is refused in the plan.
import { DataAwsEc2ManagedPrefixList } from "@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list";
import { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { Fn, Op, TerraformSelf } from "cdktf";
import type { Construct } from "constructs";
import type { Platform } from "../shared/platform";
import { MANAGED_POLICY_TAG, type Network, type Place } from "./network";
import { ANYWHERE } from "./security-group";

/** The place by its ids; each subnet and group is looked up in the VPC, and must carry EMR's tag. */
export function existingNetwork(
  scope: Construct,
  { vpcId, privateSubnetIds, securityGroupIds }: Extract<Network, { kind: "existing" }>,
  { region }: Pick<Platform, "region">,
): Place {
  for (const [place, id] of privateSubnetIds.entries())
    new DataAwsSubnet(scope, `subnet-${place}`, { id, vpcId, lifecycle: onlyTagged("subnet", id) });
  for (const [place, id] of securityGroupIds.entries())
    new DataAwsSecurityGroup(scope, `group-${place}`, { id, vpcId, lifecycle: onlyTagged("security group", id) });
  const s3 = new DataAwsEc2ManagedPrefixList(scope, "s3-addresses", { name: `com.amazonaws.${region}.s3` });
  return {
    vpcId,
    privateSubnetIds,
    airflowSecurityGroupIds: securityGroupIds,
    machineSecurityGroupIds: securityGroupIds,
    // Where its routes lead is for the network to say.
    aws: [ANYWHERE],
    s3: { prefixListId: s3.id },
  };
}

// What a tag that is not there counts as. (An empty text would become an index, and an index that is not there an error.)
const MISSING = "missing";

function onlyTagged(what: string, id: string) {
  return {
    postcondition: [
      {
        condition: Op.eq(Fn.lookup(TerraformSelf.getAny("tags"), MANAGED_POLICY_TAG, MISSING), "true"),
        errorMessage: `The ${what} ${id} lacks the tag ${MANAGED_POLICY_TAG} = true, without which EMR may start no cluster there: tag it, or name another in the environment's network.`,
      },
    ],
  };
}
