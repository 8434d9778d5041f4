// A role says who may take it and what it may do, once; a policy document is data, so that references stay references.
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";

/** What a role may do: actions on resources. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition as operator, key, values. */
  readonly condition?: readonly [test: string, variable: string, values: readonly string[]];
}

/** Id, in the stack, of the data source that says which account it is deployed to. */
export const CALLER = "caller";

/** The account the stack is deployed to. */
export function accountId(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const known = stack.node.tryFindChild(CALLER) as DataAwsCallerIdentity | undefined;
  return (known ?? new DataAwsCallerIdentity(stack, CALLER)).accountId;
}

/** What two grants both bring is said once: a permission that another one covers can be neither seen nor missed. */
function distinct(permissions: readonly Permission[]): readonly Permission[] {
  return [...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values()];
}

/** The JSON of an allowing policy. */
export function policyJson(scope: Construct, id: string, permissions: readonly Permission[]): string {
  const statement = distinct(permissions).map<DataAwsIamPolicyDocumentStatement>(
    ({ actions, resources, condition }) => ({
      actions: [...actions],
      resources: [...resources],
      condition: condition && [{ test: condition[0], variable: condition[1], values: [...condition[2]] }],
    }),
  );
  return new DataAwsIamPolicyDocument(scope, id, { statement }).json;
}

export interface ServiceRoleProps {
  /** Name of the role, at most 64 characters. */
  readonly name: string;
  /** Services that take the role, such as `lambda.amazonaws.com`. */
  readonly services: readonly string[];
  /** Whether the service says for which account it acts, so that the role can insist on this one. */
  readonly onlyForThisAccount: boolean;
  /** What the role may do; a role without any has only what is attached to it elsewhere. */
  readonly permissions: readonly Permission[];
}

/** A role for AWS services, with its one inline policy. */
export class ServiceRole extends Construct {
  readonly arn: string;
  readonly name: string;
  /** What must exist before the role can do its work: IAM takes its time. */
  readonly ready: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", { name: props.name, assumeRolePolicy: this.trust(props) });
    this.arn = role.arn;
    this.name = role.name;
    this.ready = [role];
    if (props.permissions.length > 0) {
      const policy = policyJson(this, "permissions", props.permissions);
      this.ready.push(new IamRolePolicy(this, "policy", { name: props.name, role: role.name, policy }));
    }
  }

  private trust({ services, onlyForThisAccount }: ServiceRoleProps): string {
    return new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: [...services] }],
          condition: onlyForThisAccount
            ? [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(this)] }]
            : undefined,
        },
      ],
    }).json;
  }
}
