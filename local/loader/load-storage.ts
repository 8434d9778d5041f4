// Buckets, objects, tables, items, queues, keys and secrets of the stack.
import { fieldsOf } from "./fields";
import type { KeyDefinition, Platform, Queue, SecretDefinition, StoredObject, Table } from "./platform";
import type { Resolver } from "./resolver";
import { type Block, isObject, type JsonObject, resourcesOf, type Stack } from "./stack";

/** Runs `read` on each resource of a type; its fields are resolved first. */
export type Each = <T>(type: string, read: (fields: ReturnType<typeof fieldsOf>, block: Block) => T) => readonly T[];

const json = (address: string, text: string): JsonObject => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error(`${address} must hold a JSON object, got ${text}`);
  return value;
};

const objectOf =
  (folder: string) =>
  (fields: ReturnType<typeof fieldsOf>): StoredObject => {
    const source = fields.optionalText("source");
    const content = fields.optionalText("content");
    if ((source === undefined) === (content === undefined))
      throw new Error(`${fields.address} needs either source or content`);
    const body = source === undefined ? { text: content ?? "" } : { file: `${folder}/${source}` };
    return { bucket: fields.text("bucket"), key: fields.text("key"), body };
  };

const tableOf = (fields: ReturnType<typeof fieldsOf>): Table => ({
  name: fields.text("name"),
  hashKey: fields.text("hash_key"),
  rangeKey: fields.optionalText("range_key"),
  attributes: fields.blocks("attribute").map((item) => ({ name: item.text("name"), type: item.text("type") })),
  indexes: fields.blocks("global_secondary_index").map((index) => ({
    name: index.text("name"),
    hashKey: index.text("hash_key"),
    rangeKey: index.optionalText("range_key"),
    projection: index.text("projection_type"),
    nonKeyAttributes: index.texts("non_key_attributes"),
  })),
});

const queueOf =
  (resolver: Resolver) =>
  (fields: ReturnType<typeof fieldsOf>, block: Block): Queue => {
    const policy = fields.optionalText("redrive_policy");
    const redrive = policy === undefined ? undefined : fieldsOf(fields.address, json(fields.address, policy));
    return {
      name: fields.text("name"),
      arn: String(resolver.attribute(block, "arn")),
      url: String(resolver.attribute(block, "url")),
      // The provider's defaults.
      visibilityTimeoutSeconds: fields.number("visibility_timeout_seconds", 30),
      delaySeconds: fields.number("delay_seconds", 0),
      ...(redrive && {
        redrive: {
          deadLetterTargetArn: redrive.text("deadLetterTargetArn"),
          maxReceiveCount: redrive.number("maxReceiveCount"),
        },
      }),
    };
  };

/** The storage part of the platform. */
export const loadStorage = (
  stack: Stack,
  resolver: Resolver,
  each: Each,
): Pick<Platform, "buckets" | "objects" | "tables" | "items" | "queues" | "keyAliases"> => ({
  buckets: each("aws_s3_bucket", (fields) => ({ name: fields.text("bucket") })),
  objects: each("aws_s3_object", objectOf(stack.folder)),
  tables: each("aws_dynamodb_table", tableOf),
  items: each("aws_dynamodb_table_item", (fields) => ({
    table: fields.text("table_name"),
    item: json(fields.address, fields.text("item")),
  })),
  queues: each("aws_sqs_queue", queueOf(resolver)),
  keyAliases: each("aws_kms_alias", (fields) => ({ name: fields.text("name"), keyId: fields.text("target_key_id") })),
});

/** The keys of the stack; they refer to nothing, so they can be created first. */
export const loadKeys = (stack: Stack): readonly KeyDefinition[] =>
  resourcesOf(stack, "aws_kms_key").map((block) => {
    const fields = fieldsOf(block.address, block.body);
    return {
      address: block.address,
      // The provider's defaults.
      usage: fields.text("key_usage", "ENCRYPT_DECRYPT"),
      spec: fields.text("customer_master_key_spec", "SYMMETRIC_DEFAULT"),
    };
  });

/** The secrets of the stack, which Terraform creates empty. */
export const loadSecrets = (stack: Stack): readonly SecretDefinition[] =>
  resourcesOf(stack, "aws_secretsmanager_secret").map((block) => ({
    address: block.address,
    name: fieldsOf(block.address, block.body).text("name"),
  }));
