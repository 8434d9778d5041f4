// Roles of the stack with the statements of their policies, and what the policies' evaluation must know besides.
import { type Fields, fieldsOf } from "./fields";
import type { Each } from "./load-storage";
import type { AccessDefinition } from "./platform";
import type { Resolver } from "./resolver";
import { type Block, type JsonObject, resourcesOf, type Stack } from "./stack";

/** The name in a role's ARN. */
export const roleOfArn = (arn: string): string => {
  const name = /^arn:aws:iam::\d+:role\/(.+)$/.exec(arn)?.[1];
  if (!name) throw new Error(`${JSON.stringify(arn)} is no role's ARN`);
  return name;
};

// A policy is the document of a data source, whose statements are data here as they are in the stack.
const statementsOf = (stack: Stack, resolver: Resolver, block: Block): readonly JsonObject[] => {
  const name = /^\$\{data\.aws_iam_policy_document\.([^.}]+)\.json\}$/.exec(String(block.body.policy))?.[1];
  const document = stack.blocks.get(`data.aws_iam_policy_document.${name}`);
  if (!document) throw new Error(`${block.address}.policy must be the document of a data source`);
  const unknown = Object.keys(document.body).filter((key) => key !== "statement" && key !== "//");
  if (unknown.length > 0) throw new Error(`${document.address} says ${unknown.join(", ")}: only statements are read`);
  return resolver.value(document.body.statement ?? []) as readonly JsonObject[];
};

/** The access part of the platform. */
export const loadAccess = (stack: Stack, resolver: Resolver, each: Each): Omit<AccessDefinition, "accountId"> => {
  const roles: Record<string, readonly JsonObject[]> = {};
  for (const name of each("aws_iam_role", (fields) => fields.text("name"))) roles[name] = [];
  each("aws_iam_role_policy", (fields, block) => {
    const role = fields.text("role");
    if (!roles[role]) throw new Error(`${block.address}.role is no role of the stack: ${role}`);
    roles[role] = [...roles[role], ...statementsOf(stack, resolver, block)];
  });
  const keys: Record<string, string> = {};
  const behind = (arn: string, key: string | undefined) => {
    if (key !== undefined) keys[arn] = key;
  };
  each("aws_s3_bucket_server_side_encryption_configuration", (fields) => {
    const [rule] = fields.blocks("rule");
    const key = rule?.block("apply_server_side_encryption_by_default")?.optionalText("kms_master_key_id");
    behind(`arn:aws:s3:::${fields.text("bucket")}`, key);
  });
  const own = (attribute: (fields: Fields) => string | undefined) => (fields: Fields, block: Block) =>
    behind(String(resolver.attribute(block, "arn")), attribute(fields));
  each(
    "aws_dynamodb_table",
    own((fields) => fields.block("server_side_encryption")?.optionalText("kms_key_arn")),
  );
  each(
    "aws_secretsmanager_secret",
    own((fields) => fields.optionalText("kms_key_id")),
  );
  each(
    "aws_sqs_queue",
    own((fields) => fields.optionalText("kms_master_key_id")),
  );
  const profiles = each("aws_iam_instance_profile", (fields) => [fields.text("name"), fields.text("role")] as const);
  return { region: stack.region, roles, keys, instanceProfiles: Object.fromEntries(profiles) };
};

/** One permission of a function's own policy: which calls of a service may invoke it. */
export interface InvokePermission {
  readonly functionName: string;
  /** The called part of an API, with wildcards. */
  readonly sourceArn: string;
}

/** What API Gateway may invoke, by the functions' own policies. */
export const loadInvokePermissions = (stack: Stack, resolver: Resolver): readonly InvokePermission[] =>
  resourcesOf(stack, "aws_lambda_permission").flatMap((block) => {
    const fields = fieldsOf(block.address, resolver.value(block.body) as JsonObject);
    const action = fields.text("action");
    if (action !== "lambda:InvokeFunction")
      throw new Error(`${fields.address}.action must be lambda:InvokeFunction, got ${action}`);
    if (fields.text("principal") !== "apigateway.amazonaws.com") return [];
    return [{ functionName: fields.text("function_name"), sourceArn: fields.text("source_arn") }];
  });

/** Whether a call of `sourceArn` may invoke the function. */
export const mayInvoke = (permissions: readonly InvokePermission[], functionName: string, sourceArn: string): boolean =>
  permissions.some(
    (permission) => permission.functionName === functionName && wildcard(permission.sourceArn).test(sourceArn),
  );

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  );
