// What keeps data is planned and applied by CI alone: whoever else tries is told who was expected and who came, and no
// resource is planned. Synth asks nobody.
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { Fn, Op, type TerraformStack } from "cdktf";
import { deployRole, planRole, prefixOf } from "../bootstrap/place";
import { CALLER } from "../modules/shared/policy";
import type { Environment } from "./environment";

/**
 * Makes reading the account's number, which roles, keys and bucket policies need, depend on who asks: the deploy role of
 * the environment, or the plan role, which cannot change anything.
 */
export function onlyCi(stack: TerraformStack, { name, account }: Pick<Environment, "name" | "account">): void {
  const { arn } = new DataAwsCallerIdentity(stack, "applier");
  const [deploy, plan] = [deployRole, planRole].map(
    (role) => `arn:aws:sts::${account}:assumed-role/${role(prefixOf(name))}/`,
  );
  const expected = `CI's deploy role (${deploy}…), or its plan role, which only plans`;
  new DataAwsCallerIdentity(stack, CALLER, {
    lifecycle: {
      precondition: [
        {
          condition: Op.or(Fn.startswith(arn, deploy!), Fn.startswith(arn, plan!)),
          errorMessage: `${name} is deployed by CI alone: expected ${expected}; received ${arn}. Merge the change and let the deploy workflow apply it.`,
        },
      ],
    },
  });
}
