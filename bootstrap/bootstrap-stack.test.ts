import { App, Testing } from "cdktf";
import { ENVIRONMENTS } from "../environments/all";
import { dev } from "../environments/dev";
import { local } from "../environments/local";
import { PlatformStack } from "../environments/platform-stack";
import { prod } from "../environments/prod";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { SOURCE_ROOT } from "../modules/shared/source-root";
import { type Block, type Synthesized, synthesized } from "../modules/shared/synth-fixture";
import { AREAS } from "./areas";
import { accountsOf, BootstrapStack } from "./bootstrap-stack";

const accounts = accountsOf(ENVIRONMENTS);
const bootstrap = (account = accounts[0]!): Synthesized =>
  synthesized(JSON.parse(Testing.synth(new BootstrapStack(new App(), account), true)));

let stack: Synthesized;
let clone: Clone;
let platforms: Readonly<Record<string, Synthesized>>;
beforeAll(() => {
  stack = bootstrap();
  clone = cloneFixture();
  const app = new App({ context: { [SOURCE_ROOT]: clone.root } });
  const synth = (environment: typeof dev) =>
    synthesized(JSON.parse(Testing.synth(new PlatformStack(app, environment), true)));
  platforms = { local: synth(local), dev: synth(dev), prod: synth(prod) };
});
afterAll(() => clone.remove());

const documentOf = ({ data }: Synthesized, reference: string): Block[] =>
  data.aws_iam_policy_document![reference.split(".")[2]!]!.statement;

/** The statements of every policy that hangs on a role of CI's. */
function statementsOf(role: string): Block[] {
  const name = Object.entries(stack.resource.aws_iam_role!).find(([, block]) => block.name === role)![0];
  const attached = stack.all("aws_iam_role_policy_attachment").filter(({ role: of }) => of.includes(`.${name}.`));
  return attached.flatMap(({ policy_arn: arn }) =>
    documentOf(stack, stack.resource.aws_iam_policy![arn.split(".")[1]]!.policy),
  );
}

const actionsOf = (statements: readonly Block[]): string[] => [
  ...new Set(statements.flatMap(({ actions }) => actions)),
];
const boundary = (): Block[] =>
  documentOf(stack, stack.one("aws_iam_policy", { name: "mercafacil-dev-boundary" }).policy);

test("each account has one stack with the state bucket that its environments name", () => {
  expect(
    accounts.map(({ id, stateBucket, environments }) => [id, stateBucket, environments.map((e) => e.name)]),
  ).toEqual([
    ["111122223333", "mercafacil-terraform-state-dev", ["dev"]],
    ["444455556666", "mercafacil-terraform-state-staging", ["staging"]],
    ["777788889999", "mercafacil-terraform-state-prod", ["prod"]],
  ]);
  const shared = accountsOf([dev, { ...dev, name: "qa" }]);
  expect(shared).toHaveLength(1);
  expect(bootstrap(shared[0]).all("aws_iam_openid_connect_provider")).toHaveLength(1);
  const roles = bootstrap(shared[0]).all("aws_iam_role");
  const ofCi = roles.map(({ name }) => name).filter((name) => name !== "mercafacil-terraform-api-gateway-logs");
  expect(new Set(ofCi)).toEqual(
    new Set(["dev", "qa"].flatMap((name) => [`mercafacil-${name}-plan`, `mercafacil-${name}-deploy`])),
  );
});

test("API Gateway may write the logs that every stage of the account asks for", () => {
  const { cloudwatch_role_arn: arn } = stack.one("aws_api_gateway_account");
  const role = arn.split(".")[1]!;
  const { statement } =
    stack.data.aws_iam_policy_document![stack.resource.aws_iam_role![role]!.assume_role_policy.split(".")[2]!]!;
  expect(statement[0].principals).toEqual([{ type: "Service", identifiers: ["apigateway.amazonaws.com"] }]);
  expect(statement[0].condition[0].variable).toBe("aws:SourceAccount");
  const attached = stack.all("aws_iam_role_policy_attachment").filter(({ role: of }) => of.includes(`.${role}.`));
  expect(attached.map(({ policy_arn }) => policy_arn)).toEqual([
    "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  ]);
});

test("states are versioned, under a key of their own, reached by TLS only, by nobody else, and kept", () => {
  const state = stack.one("aws_s3_bucket", { bucket: "mercafacil-terraform-state-dev" });
  expect(state.lifecycle).toEqual({ prevent_destroy: true });
  expect(stack.one("aws_kms_key").lifecycle).toEqual({ prevent_destroy: true });
  const bucket = `\${aws_s3_bucket.bucket_state-dev.bucket}`;
  expect(stack.one("aws_s3_bucket_versioning", { bucket }).versioning_configuration).toEqual({ status: "Enabled" });
  expect(stack.one("aws_s3_bucket_public_access_block", { bucket })).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  const [rule] = stack.one("aws_s3_bucket_server_side_encryption_configuration", { bucket }).rule;
  expect(rule.apply_server_side_encryption_by_default).toEqual({
    sse_algorithm: "aws:kms",
    kms_master_key_id: `\${aws_kms_key.key_state.arn}`,
  });
  const [deny] = documentOf(stack, stack.one("aws_s3_bucket_policy", { bucket }).policy);
  expect(deny).toMatchObject({ effect: "Deny", condition: [{ variable: "aws:SecureTransport", values: ["false"] }] });
  expect(stack.terraform.backend.s3).toMatchObject({ bucket: state.bucket, use_lockfile: true, encrypt: true });
});

test.each([
  [
    "plan",
    [
      "repo:mercafacil/recommendation-platform:pull_request",
      "repo:mercafacil/recommendation-platform:ref:refs/heads/main",
    ],
  ],
  ["deploy", ["repo:mercafacil/recommendation-platform:environment:dev"]],
])("the %s role is taken by these runs of this repository, for AWS, and by nobody else", (kind, subjects) => {
  const role = stack.one("aws_iam_role", { name: `mercafacil-dev-${kind}` });
  expect(role.path).toBe("/ci/");
  expect(documentOf(stack, role.assume_role_policy)).toEqual([
    {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principals: [{ type: "Federated", identifiers: [`\${aws_iam_openid_connect_provider.github.arn}`] }],
      condition: [
        { test: "StringEquals", variable: "token.actions.githubusercontent.com:aud", values: ["sts.amazonaws.com"] },
        { test: "StringEquals", variable: "token.actions.githubusercontent.com:sub", values: subjects },
      ],
    },
  ]);
});

test("no action is a wildcard, and only what AWS cannot limit is allowed on every resource", () => {
  const unlimited = AREAS.flatMap(({ service, anywhere = {} }) =>
    [...(anywhere.read ?? []), ...(anywhere.write ?? []), ...(anywhere.run ?? [])].map(
      (action) => `${service}:${action}`,
    ),
  );
  for (const { policy } of stack.all("aws_iam_policy")) {
    for (const { actions, resources } of documentOf(stack, policy)) {
      expect(actions.filter((action: string) => action.includes("*"))).toEqual([]);
      if (resources.includes("*")) expect(unlimited).toEqual(expect.arrayContaining(actions));
    }
  }
});

test("the plan role reads how things are set, and of data only the state, the code and the switches", () => {
  const statements = statementsOf("mercafacil-dev-plan");
  const changing = actionsOf(statements).filter((action) => !/:(Get|List|Describe|View|GET$|Decrypt$)/.test(action));
  expect(changing).toEqual([]);
  expect(actionsOf(statements)).not.toContain("secretsmanager:GetSecretValue");
  const on = (action: string) =>
    statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
  expect(on("s3:GetObject")).toEqual([
    "arn:aws:s3:::mercafacil-dev-artifacts/*",
    `\${aws_s3_bucket.bucket_state-dev.arn}/platform/dev.tfstate`,
  ]);
  expect(on("dynamodb:GetItem")).toEqual(["arn:aws:dynamodb:sa-east-1:111122223333:table/mercafacil-dev-control"]);
});

test("the deploy role makes no role beyond the boundary, and reaches neither its own role nor the boundary", () => {
  const statements = statementsOf("mercafacil-dev-deploy");
  const iam = statements.filter(({ actions }) => actions.some((action: string) => action.startsWith("iam:")));
  for (const { actions, resources, condition } of iam) {
    for (const resource of resources) {
      expect(resource).toMatch(/:(role|instance-profile)\/(mercafacil-dev-\*|aws-service-role\/\*)$/);
    }
    if (actions.some((action: string) => /:(CreateRole|Put|Attach)/.test(action))) {
      const values = ["arn:aws:iam::111122223333:policy/ci/mercafacil-dev-boundary"];
      expect(condition).toEqual([{ test: "StringEquals", variable: "iam:PermissionsBoundary", values }]);
    }
  }
  const granted = actionsOf(statements);
  expect(granted).not.toContain("iam:DeleteRolePermissionsBoundary");
  expect(granted.filter((action) => /:(GetSecretValue|PutSecretValue|Query|Scan)$/.test(action))).toEqual([]);
});

test("the boundary holds whatever a role of the platform may do, and nothing that makes or changes a role", () => {
  const allowed = actionsOf(boundary());
  for (const [name, platform] of Object.entries(platforms)) {
    const inline = platform.all("aws_iam_role_policy").flatMap(({ policy }) => documentOf(platform, policy));
    const beyond = actionsOf(inline).filter((action) => !allowed.includes(action.replace(/\*$/, "")));
    // What is missing belongs under `run` of its service, in bootstrap/areas.ts.
    expect({ name, beyond }).toEqual({ name, beyond: [] });
  }
  expect(allowed.filter((action) => action.startsWith("iam:"))).toEqual(["iam:PassRole"]);
});

test("every role lies within its account's boundary wherever there is an account", () => {
  const boundaries = (name: string) =>
    new Set(platforms[name]!.all("aws_iam_role").map(({ permissions_boundary: arn }) => arn));
  expect(boundaries("dev")).toEqual(new Set(["arn:aws:iam::111122223333:policy/ci/mercafacil-dev-boundary"]));
  expect(boundaries("prod")).toEqual(new Set(["arn:aws:iam::777788889999:policy/ci/mercafacil-prod-boundary"]));
  expect(boundaries("local")).toEqual(new Set([undefined]));
});

test("CI may manage every type that the platform is made of", () => {
  const prefixes = [...AREAS.flatMap(({ types }) => types), "aws_iam_role", "aws_iam_instance_profile"];
  const types = Object.values(platforms).flatMap(({ resource }) => Object.keys(resource));
  const unknown = types.filter((type) => !prefixes.some((prefix) => type.startsWith(prefix)));
  expect([...new Set(unknown)]).toEqual([]);
});

test("no policy is too long for AWS, and no role has too many", () => {
  for (const account of accounts) {
    const made = bootstrap(account);
    for (const { name } of made.all("aws_iam_role")) {
      const [of] = Object.entries(made.resource.aws_iam_role!).find(([, block]) => block.name === name)!;
      const attached = made.all("aws_iam_role_policy_attachment").filter(({ role }) => role.includes(`.${of}.`));
      expect(attached.length).toBeLessThanOrEqual(10);
    }
    for (const { name, policy } of made.all("aws_iam_policy")) {
      const text = JSON.stringify(
        documentOf(made, policy).map(({ actions, resources, condition = [] }) => ({
          Sid: "",
          Effect: "Allow",
          Action: actions,
          Resource: resources,
          Condition: condition,
        })),
      );
      // AWS takes 6,144 characters without blanks.
      expect({ name, short: text.length < 6_000 }).toEqual({ name, short: true });
    }
  }
});
