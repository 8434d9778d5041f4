// What policy scanners do not see, asserted on the JSON that Terraform reads: in every environment, and each rule goes red
// when the JSON is spoiled.
import { App, Testing } from "cdktf";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { SOURCE_ROOT } from "../modules/shared/source-root";
import type { Block } from "../modules/shared/synth-fixture";
import { ENVIRONMENTS } from "./all";
import { PlatformStack } from "./platform-stack";

interface SecurityRule {
  readonly rule: string;
  readonly type: string;
  /** Whether a block of the type keeps the rule; `address` is how others refer to it. */
  readonly holds: (block: Block, json: Block, address: string) => boolean;
  /** Breaks one block. */
  readonly spoil: (block: Block, json: Block) => void;
}

const blocks = (json: Block, type: string): [name: string, block: Block][] => Object.entries(json.resource[type] ?? {});

const reference = (to: string) => `\${${to}}`;

/** The block that a reference such as `${aws_lambda_function.x.arn}` names. */
const referred = (json: Block, reference: unknown, type: string): Block | undefined => {
  const [, found, name] = /^\$\{(\w+)\.([\w-]+)\.\w+\}$/.exec(String(reference)) ?? [];
  return found === type && name !== undefined ? json.resource[type]?.[name] : undefined;
};

const isOpen = (json: Block, api: unknown) =>
  referred(json, api, "aws_api_gateway_rest_api")?.name.endsWith("-callbacks") === true;

/** The one block of a type that belongs to a bucket. */
const ofBucket = (json: Block, type: string, bucket: string): Block | undefined => {
  const found = blocks(json, type).filter(([, block]) => String(block.bucket).startsWith(`\${${bucket}.`));
  return found.length === 1 ? found[0]![1] : undefined;
};

const isCustomerKey = (json: Block, reference: unknown) => referred(json, reference, "aws_kms_key") !== undefined;

/** Whether only one function of the stack has the same value there. */
const own = (json: Block, block: Block, value: (block: Block) => unknown) =>
  blocks(json, "aws_lambda_function").filter(([, other]) => value(other) === value(block)).length === 1;

const statementsOf = (json: Block, reference: string): Block[] =>
  json.data.aws_iam_policy_document[reference.split(".")[2] ?? ""]?.statement ?? [];

const RULES: readonly SecurityRule[] = [
  {
    rule: "every method but the callbacks asks the authorizer and is metered",
    type: "aws_api_gateway_method",
    holds: (method, json) =>
      isOpen(json, method.rest_api_id) ||
      (method.authorization === "CUSTOM" &&
        method.api_key_required === true &&
        referred(json, method.authorizer_id, "aws_api_gateway_authorizer") !== undefined),
    spoil: (method) =>
      Object.assign(method, {
        authorization: "NONE",
        rest_api_id: reference("aws_api_gateway_rest_api.api_events.id"),
      }),
  },
  {
    rule: "callbacks reach the function that checks their signature, and no other",
    type: "aws_api_gateway_integration",
    holds: (integration, json) => {
      const target = referred(json, integration.uri, "aws_lambda_function");
      const signed = /-callback$/.test(target?.function_name) && target?.environment.variables.TWILIO_SECRET_ARN;
      return integration.type === "AWS_PROXY" && isOpen(json, integration.rest_api_id) === Boolean(signed);
    },
    spoil: (integration, json) => {
      const isSender = ([, block]: [string, Block]) => block.function_name.endsWith("-sender");
      const [name] = blocks(json, "aws_lambda_function").find(isSender)!;
      const uri = reference(`aws_lambda_function.${name}.invoke_arn`);
      Object.assign(integration, { rest_api_id: reference("aws_api_gateway_rest_api.api_callbacks.id"), uri });
    },
  },
  {
    rule: "a stream keeps its buffer and its objects under a customer's key",
    type: "aws_kinesis_firehose_delivery_stream",
    holds: ({ server_side_encryption: buffer, extended_s3_configuration: objects }, json) =>
      buffer?.enabled === true &&
      buffer.key_type === "CUSTOMER_MANAGED_CMK" &&
      isCustomerKey(json, buffer.key_arn) &&
      isCustomerKey(json, objects.kms_key_arn),
    spoil: (stream) => Object.assign(stream.server_side_encryption, { key_type: "AWS_OWNED_CMK" }),
  },
  {
    rule: "a bucket is closed to the public and to ACLs",
    type: "aws_s3_bucket",
    holds: (_, json, address) => {
      const block = ofBucket(json, "aws_s3_bucket_public_access_block", address);
      const ownership = ofBucket(json, "aws_s3_bucket_ownership_controls", address);
      const closed = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
      return (
        closed.every((name) => block?.[name] === true) && ownership?.rule.object_ownership === "BucketOwnerEnforced"
      );
    },
    spoil: (_, json) => {
      blocks(json, "aws_s3_bucket_public_access_block")[0]![1].block_public_policy = false;
    },
  },
  {
    rule: "a bucket is encrypted, with a bucket key",
    type: "aws_s3_bucket",
    holds: ({ bucket }, json, address) => {
      const rule = ofBucket(json, "aws_s3_bucket_server_side_encryption_configuration", address)?.rule[0];
      const { sse_algorithm: algorithm, kms_master_key_id: key } = rule?.apply_server_side_encryption_by_default ?? {};
      // S3 writes access logs under its own key only.
      const fits = bucket.endsWith("-logs")
        ? algorithm === "AES256"
        : algorithm === "aws:kms" && isCustomerKey(json, key);
      return rule?.bucket_key_enabled === true && fits;
    },
    spoil: (_, json) => {
      blocks(json, "aws_s3_bucket_server_side_encryption_configuration")[0]![1].rule[0].bucket_key_enabled = false;
    },
  },
  {
    rule: "a bucket refuses whatever does not come by TLS",
    type: "aws_s3_bucket",
    holds: (_, json, address) => {
      const policy: string = ofBucket(json, "aws_s3_bucket_policy", address)?.policy ?? "";
      return statementsOf(json, policy).some(
        ({ effect, actions, principals, resources, condition }) =>
          effect === "Deny" &&
          actions.includes("s3:*") &&
          principals[0].type === "*" &&
          resources.join() === `\${${address}.arn},\${${address}.arn}/*` &&
          JSON.stringify(condition) === '[{"test":"Bool","values":["false"],"variable":"aws:SecureTransport"}]',
      );
    },
    spoil: (_, json) => {
      const [, { policy }] = blocks(json, "aws_s3_bucket_policy")[0]!;
      for (const statement of statementsOf(json, policy)) statement.resources?.pop();
    },
  },
  {
    rule: "a function has a log of its own, for a set time, and a role of its own",
    type: "aws_lambda_function",
    holds: (lambda, json) => {
      const log = referred(json, lambda.logging_config?.log_group, "aws_cloudwatch_log_group");
      const alone = own(json, lambda, ({ role }) => role) && own(json, lambda, (one) => one.logging_config?.log_group);
      return log !== undefined && alone && referred(json, lambda.role, "aws_iam_role") !== undefined;
    },
    spoil: (lambda, json) => {
      lambda.role = blocks(json, "aws_lambda_function").find(([, other]) => other !== lambda)![1].role;
    },
  },
  {
    rule: "a log lies under a customer's key and ends",
    type: "aws_cloudwatch_log_group",
    holds: ({ kms_key_id: key, retention_in_days: days }, json) => isCustomerKey(json, key) && days > 0,
    spoil: (log) => delete log.kms_key_id,
  },
  {
    rule: "a role's policy is a document of data, and allows no action by a wildcard",
    type: "aws_iam_role_policy",
    holds: ({ policy }, json) => {
      const statements = statementsOf(json, policy);
      const actions: string[] = statements.flatMap(({ effect, actions }) => (effect === "Deny" ? [] : actions));
      return statements.length > 0 && actions.every((action) => !action.includes("*"));
    },
    spoil: ({ policy }, json) => statementsOf(json, policy)[0]!.actions.push("s3:*"),
  },
];

let clone: Clone;
let stacks: Readonly<Record<string, string>>;
beforeAll(() => {
  clone = cloneFixture();
  const app = new App({ context: { [SOURCE_ROOT]: clone.root } });
  const synth = (environment: (typeof ENVIRONMENTS)[number]) => Testing.synth(new PlatformStack(app, environment));
  stacks = Object.fromEntries(ENVIRONMENTS.map((environment) => [environment.name, synth(environment)]));
});
afterAll(() => clone.remove());

/** Addresses of what breaks the rule. */
const broken = ({ type, holds }: SecurityRule, json: Block): string[] =>
  blocks(json, type)
    .map(([name, block]) => ({ address: `${type}.${name}`, block }))
    .filter(({ address, block }) => !holds(block, json, address))
    .map(({ address }) => address);

describe.each(ENVIRONMENTS.map(({ name }) => name))("in %s", (name) => {
  test.each(RULES)("$rule", (rule) => {
    const json: Block = JSON.parse(stacks[name]!);
    const all = blocks(json, rule.type);
    expect(all.length).toBeGreaterThan(0);
    expect(broken(rule, json)).toEqual([]);
    rule.spoil(all[0]![1], json);
    expect(broken(rule, json).length).toBeGreaterThan(0);
  });
});
