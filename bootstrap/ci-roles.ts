// GitHub's workflows take two roles in an environment's account, by OIDC and without a stored key: one that only reads,
// for pull requests and the daily comparison, and one that deploys, for jobs of the environment that GitHub protects.
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { type Permission, policyJson } from "../modules/shared/policy";
import { POLICIES } from "./areas";
import { bounding, changing, managingRoles, reading, readingRoles, usingState } from "./permissions";
import { boundaryName, CI_PATH, DEPLOY_SESSION_SECONDS, deployRole, type Place, planRole, REPOSITORY } from "./place";

const GITHUB = "token.actions.githubusercontent.com";

export interface CiRolesProps {
  /** Name of the environment, in the platform and on GitHub. */
  readonly environment: string;
  readonly place: Place;
  /** ARN of the account's OIDC provider for GitHub. */
  readonly providerArn: string;
  /** ARN of the bucket that holds the environment's state. */
  readonly stateBucketArn: string;
}

/** Plan role, deploy role and the boundary of the roles that a deploy makes. */
export class CiRoles extends Construct {
  constructor(
    scope: Construct,
    private readonly props: CiRolesProps,
  ) {
    super(scope, props.environment);
    const { environment, place, stateBucketArn } = props;
    this.policy("boundary", bounding(place), boundaryName(place.prefix));
    const read = [
      ...POLICIES.map((name) => this.policy(`read-${name}`, reading(name, place))),
      this.policy("read-roles", readingRoles(place)),
    ];
    this.role(
      "plan",
      planRole(place.prefix),
      [`repo:${REPOSITORY}:pull_request`, `repo:${REPOSITORY}:ref:refs/heads/main`],
      [...read, this.policy("plan-state", usingState(stateBucketArn, environment, "read"))],
    );
    this.role(
      "deploy",
      deployRole(place.prefix),
      [`repo:${REPOSITORY}:environment:${environment}`],
      [
        ...read,
        ...POLICIES.map((name) => this.policy(`deploy-${name}`, changing(name, place))),
        this.policy("deploy-roles", managingRoles(place)),
        this.policy("deploy-state", usingState(stateBucketArn, environment, "write")),
      ],
      DEPLOY_SESSION_SECONDS,
    );
  }

  private policy(id: string, permissions: readonly Permission[], name?: string): string {
    const policy = policyJson(this, `${id}-permissions`, permissions);
    return new IamPolicy(this, id, { name: name ?? `${this.props.place.prefix}-ci-${id}`, path: CI_PATH, policy }).arn;
  }

  private role(
    id: string,
    name: string,
    subjects: readonly string[],
    policies: readonly string[],
    maxSessionDuration?: number,
  ): void {
    const assumeRolePolicy = this.trust(id, subjects);
    const role = new IamRole(this, `${id}-role`, { name, path: CI_PATH, assumeRolePolicy, maxSessionDuration });
    for (const [place, policyArn] of policies.entries()) {
      new IamRolePolicyAttachment(this, `${id}-policy-${place}`, { role: role.name, policyArn });
    }
  }

  /** Only GitHub, only for AWS, only these runs of this repository. */
  private trust(id: string, subjects: readonly string[]): string {
    const equals = (claim: string, values: readonly string[]): DataAwsIamPolicyDocumentStatementCondition => ({
      test: "StringEquals",
      variable: `${GITHUB}:${claim}`,
      values: [...values],
    });
    return new DataAwsIamPolicyDocument(this, `${id}-trust`, {
      statement: [
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [{ type: "Federated", identifiers: [this.props.providerArn] }],
          condition: [equals("aud", ["sts.amazonaws.com"]), equals("sub", subjects)],
        },
      ],
    }).json;
  }
}
