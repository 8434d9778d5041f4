import { synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { existingNetwork } from "./existing-network";
import type { Place } from "./network";

const VPC = "vpc-00000000000000001";
const SUBNETS = ["subnet-0000000000000000a", "subnet-0000000000000000b"];
const GROUPS = ["sg-00000000000000001"];

let place: Place;
const stack = synthesize("/nowhere", (scope) => {
  place = existingNetwork(
    scope,
    { kind: "existing", vpcId: VPC, privateSubnetIds: SUBNETS, securityGroupIds: GROUPS },
    TEST_PLATFORM,
  );
});

test("nothing is made in it, and Airflow and the machines take the groups that are there", () => {
  expect(stack.resource ?? {}).toEqual({});
  expect(place).toMatchObject({
    vpcId: VPC,
    privateSubnetIds: SUBNETS,
    airflowSecurityGroupIds: GROUPS,
    machineSecurityGroupIds: GROUPS,
  });
});

test("every subnet and group is looked up in the VPC, and the plan fails with a sentence where EMR's tag is missing", () => {
  const looked = [...Object.values(stack.data.aws_subnet!), ...Object.values(stack.data.aws_security_group!)];
  expect(looked.map(({ id, vpc_id }) => [id, vpc_id])).toEqual([...SUBNETS, ...GROUPS].map((id) => [id, VPC]));
  for (const { id, lifecycle } of looked) {
    const [{ condition, error_message: sentence }] = lifecycle.postcondition;
    // With a default that is not empty: a tag that is not there must not be an error of Terraform's own.
    expect(condition).toMatch(
      /^\$\{\(lookup\(self\.tags, "for-use-with-amazon-emr-managed-policies", "\w+"\) == "true"\)\}$/,
    );
    expect(sentence).toMatch(
      new RegExp(
        `^The (subnet|security group) ${id} lacks the tag for-use-with\\S+ = true, .*: tag it, or name another`,
      ),
    );
  }
});
