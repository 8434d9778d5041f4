// The policies of CI's roles and the boundary of all others, put together from the areas: no action is a wildcard, and
// every resource is the environment's own unless AWS cannot tell whose it is.
import { keyUse } from "../modules/shared/grants";
import type { Permission } from "../modules/shared/policy";
import type { Actions, Area } from "./area";
import { AREAS, AREAS_BY_POLICY, type PolicyName } from "./areas";
import { boundaryArn, type Place, stateKey } from "./place";

/** AWS services that the environment's roles are for. */
const ROLE_TAKERS = [
  ...["airflow", "airflow-env", "apigateway", "ec2", "elasticmapreduce", "firehose", "lambda", "scheduler"],
  "vpc-flow-logs",
].map((service) => `${service}.amazonaws.com`);

/** AWS services that make a role of their own when they are first used. */
const LINKED_SERVICES = ["airflow", "elasticmapreduce", "ops.apigateway"].map((service) => `${service}.amazonaws.com`);

/** What `need` asks of the areas: on the environment's own resources, and where AWS knows none. */
function fromAreas(need: keyof Actions, place: Place, areas: readonly Area[] = AREAS): Permission[] {
  const full = ({ service }: Area, actions: readonly string[] = []) => actions.map((action) => `${service}:${action}`);
  const own = areas.map((area) => ({ actions: full(area, area[need]), resources: area.resources(place) }));
  const anywhere = { actions: areas.flatMap((area) => full(area, area.anywhere?.[need])), resources: ["*"] };
  return [...own, anywhere].filter(({ actions }) => actions.length > 0);
}

const rolesOf = ({ account, prefix }: Place) => [`arn:aws:iam::${account}:role/${prefix}-*`];
const profilesOf = ({ account, prefix }: Place) => [`arn:aws:iam::${account}:instance-profile/${prefix}-*`];
const keysOf = ({ account, region }: Place) => ({ arn: `arn:aws:kms:${region}:${account}:key/*` });
const iam = (...actions: readonly string[]) => actions.map((action) => `iam:${action}`);

/** What a plan asks of one policy's areas: how everything is set, and no data but what the repository put there. */
export function reading(policy: PolicyName, place: Place): Permission[] {
  return fromAreas("read", place, AREAS_BY_POLICY[policy]);
}

/** What a plan asks about roles, and opening the keys of what it reads through its own service. */
export function readingRoles(place: Place): Permission[] {
  const roles = ["GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"];
  return [
    { actions: iam(...roles, "ListRolePolicies"), resources: rolesOf(place) },
    { actions: iam("GetInstanceProfile"), resources: profilesOf(place) },
    ...(["s3", "dynamodb"] as const).flatMap((service) => keyUse(service, keysOf(place), ["read"])),
  ];
}

/** What a deploy changes of one policy's areas. */
export function changing(policy: PolicyName, place: Place): Permission[] {
  return fromAreas("write", place, AREAS_BY_POLICY[policy]);
}

/** What a deploy does with roles: it makes and changes those of the environment, always within their boundary. */
export function managingRoles(place: Place): Permission[] {
  const profiles = ["AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile"];
  return [
    {
      actions: iam("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"),
      resources: rolesOf(place),
      condition: ["StringEquals", "iam:PermissionsBoundary", [boundaryArn(place)]],
    },
    {
      actions: iam(
        ...["DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy"],
        ...["UpdateRole", "UpdateRoleDescription"],
      ),
      resources: rolesOf(place),
    },
    {
      actions: iam(...profiles, "RemoveRoleFromInstanceProfile", "TagInstanceProfile", "UntagInstanceProfile"),
      resources: profilesOf(place),
    },
    {
      actions: iam("PassRole"),
      resources: rolesOf(place),
      condition: ["StringEquals", "iam:PassedToService", ROLE_TAKERS],
    },
    {
      actions: iam("CreateServiceLinkedRole"),
      resources: [`arn:aws:iam::${place.account}:role/aws-service-role/*`],
      condition: ["StringEquals", "iam:AWSServiceName", LINKED_SERVICES],
    },
    grantingToAws(place),
    ...(["s3", "dynamodb"] as const).flatMap((service) => keyUse(service, keysOf(place), ["write"])),
  ];
}

/** Reading the environment's state, and for a deploy writing and locking it. */
export function usingState(bucketArn: string, environment: string, uses: "read" | "write"): Permission[] {
  const state = `${bucketArn}/${stateKey(environment)}`;
  const writing = [
    { actions: ["s3:PutObject"], resources: [state] },
    { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: [`${state}.tflock`] },
  ];
  return [
    { actions: ["s3:ListBucket"], resources: [bucketArn] },
    { actions: ["s3:GetObject"], resources: [state] },
    ...(uses === "write" ? writing : []),
  ];
}

/** A table, stream, volume or Airflow under a key needs a grant on it, which AWS makes in the name of who asks. */
const grantingToAws = (place: Place): Permission => ({
  actions: ["kms:CreateGrant"],
  resources: [keysOf(place).arn],
  condition: ["Bool", "kms:GrantIsForAWSResource", ["true"]],
});

/** The most that the environment's own roles may do; none of it makes or changes a role. */
export function bounding(place: Place): Permission[] {
  return [
    ...fromAreas("run", place),
    grantingToAws(place),
    {
      actions: iam("PassRole"),
      resources: rolesOf(place),
      condition: ["StringEquals", "iam:PassedToService", ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"]],
    },
  ];
}
