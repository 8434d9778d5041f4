// The values that a provider computes (arn, url, invoke_url…), as they are on this machine.
import { createHash } from "node:crypto";
import type { Computed, Resolver } from "./resolver";
import type { Block, Json } from "./stack";

/** Where the stand-ins are, and what they named what they created. */
export interface Machine {
  readonly accountId: string;
  readonly region: string;
  /** The address of the AWS stand-in, without a trailing slash. */
  readonly awsUrl: string;
  /** The address of the Twilio stand-in, without a trailing slash. */
  readonly twilioUrl: string;
  /** The address of the listener of a REST API, by the API's id, without a trailing slash. */
  apiUrl(restApiId: string): string;
  /** The ARNs that the AWS stand-in gave to keys and secrets, by resource address. */
  readonly createdArns: ReadonlyMap<string, string>;
}

type Rule = (block: Block, resolver: Resolver, machine: Machine) => Json | undefined;

const own =
  (name: string): Rule =>
  (block, resolver) =>
    resolver.attribute(block, name);

const arn =
  (service: string, resource: (name: string) => string, name = "name"): Rule =>
  (block, resolver, machine) => {
    const region = service === "iam" ? "" : machine.region;
    return `arn:aws:${service}:${region}:${machine.accountId}:${resource(String(resolver.attribute(block, name)))}`;
  };

const created: Rule = (block, _resolver, machine) => machine.createdArns.get(block.address);

const idOf =
  (kind: string): Rule =>
  ({ address }) =>
    `${kind}-${createHash("sha256").update(address).digest("hex").slice(0, 17)}`;

const apiId = (address: string): string => createHash("sha256").update(address).digest("hex").slice(0, 10);

// A resource's id is its API's id and its path: unique, and readable wherever it shows.
const resourceId: Rule = (block, resolver) => {
  const [api, parent = ""] = splitResourceId(String(resolver.attribute(block, "parent_id")));
  if (api !== resolver.attribute(block, "rest_api_id"))
    throw new Error(`${block.address}.parent_id belongs to another API than its rest_api_id`);
  return `${api}:${parent === "/" ? "" : parent}/${resolver.attribute(block, "path_part")}`;
};

const queueUrl: Rule = (block, resolver, machine) =>
  `${machine.awsUrl}/${machine.accountId}/${resolver.attribute(block, "name")}`;

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  aws_s3_bucket: { id: own("bucket"), arn: (b, r) => `arn:aws:s3:::${r.attribute(b, "bucket")}` },
  aws_s3_object: { id: own("key") },
  aws_dynamodb_table: { id: own("name"), arn: arn("dynamodb", (name) => `table/${name}`) },
  aws_sqs_queue: { id: queueUrl, url: queueUrl, arn: arn("sqs", (name) => name) },
  aws_secretsmanager_secret: { id: created, arn: created },
  aws_kms_key: {
    arn: created,
    id: (b, r, m) =>
      String(created(b, r, m))
        .split("/")
        .pop(),
    key_id: (b, r, m) =>
      String(created(b, r, m))
        .split("/")
        .pop(),
  },
  aws_lambda_function: {
    id: own("function_name"),
    arn: arn("lambda", (name) => `function:${name}`, "function_name"),
    invoke_arn: (b, r, m) =>
      `arn:aws:apigateway:${m.region}:lambda:path/2015-03-31/functions/${r.attribute(b, "arn")}/invocations`,
  },
  aws_iam_role: { id: own("name"), arn: arn("iam", (name) => `role/${name}`) },
  aws_iam_instance_profile: { id: own("name"), arn: arn("iam", (name) => `instance-profile/${name}`) },
  aws_security_group: { id: idOf("sg") },
  aws_kinesis_firehose_delivery_stream: { id: own("name"), arn: arn("firehose", (name) => `deliverystream/${name}`) },
  aws_glue_catalog_database: { id: own("name"), arn: arn("glue", (name) => `database/${name}`) },
  aws_glue_catalog_table: {
    id: own("name"),
    arn: (b, r, m) => arn("glue", (name) => `table/${r.attribute(b, "database_name")}/${name}`)(b, r, m),
  },
  aws_cloudwatch_log_group: { id: own("name"), arn: arn("logs", (name) => `log-group:${name}`) },
  aws_cloudwatch_log_stream: { id: own("name") },
  aws_mwaa_environment: { id: own("name"), arn: arn("airflow", (name) => `environment/${name}`) },
  aws_scheduler_schedule: { id: own("name"), arn: arn("scheduler", (name) => `schedule/default/${name}`) },
  aws_api_gateway_rest_api: {
    id: (b) => apiId(b.address),
    root_resource_id: (b) => `${apiId(b.address)}:/`,
    execution_arn: (b, _r, m) => `arn:aws:execute-api:${m.region}:${m.accountId}:${apiId(b.address)}`,
  },
  aws_api_gateway_resource: {
    id: resourceId,
    path: (b, r, m) => splitResourceId(String(resourceId(b, r, m)))[1],
  },
  aws_api_gateway_authorizer: { id: (b) => b.address },
  aws_api_gateway_deployment: { id: (b) => b.address },
  aws_api_gateway_stage: {
    id: (b) => b.address,
    invoke_url: (b, r, m) => `${m.apiUrl(String(r.attribute(b, "rest_api_id")))}/${r.attribute(b, "stage_name")}`,
  },
  aws_caller_identity: { account_id: (_b, _r, m) => m.accountId, id: (_b, _r, m) => m.accountId },
  aws_region: { name: (_b, _r, m) => m.region, id: (_b, _r, m) => m.region, region: (_b, _r, m) => m.region },
  aws_partition: { partition: () => "aws", id: () => "aws" },
  aws_iam_policy_document: {
    json: (b, r) => JSON.stringify({ Version: "2012-10-17", Statement: r.value(b.body.statement ?? []) }),
  },
};

/** The API's id and the path in the id of one of its resources. */
export const splitResourceId = (id: string): readonly [api: string, path: string] => {
  const colon = id.indexOf(":");
  return [id.slice(0, colon), id.slice(colon + 1)];
};

/** The id that a REST API has on this machine. */
export const restApiId = apiId;

/** The computed attributes of every resource type on this machine. */
export const computedOn =
  (machine: Machine): Computed =>
  (block, attribute, resolver) =>
    rules[block.type]?.[attribute]?.(block, resolver, machine);
