// Creates in the AWS stand-in what the synthesized stack describes, and fills the secrets as an operator would.
import { readFile } from "node:fs/promises";
import {
  type AttributeValue,
  CreateTableCommand,
  type KeySchemaElement,
  type Projection,
  PutItemCommand,
  type ScalarAttributeType,
} from "@aws-sdk/client-dynamodb";
import { CreateAliasCommand, CreateKeyCommand, type KeySpec, type KeyUsageType } from "@aws-sdk/client-kms";
import { type BucketLocationConstraint, CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { KeyDefinition, Platform, Queue, SecretDefinition, Table } from "../loader/platform";
import type { StandInClients } from "./aws-stand-in-clients";

/** Creates the keys and (empty) secrets; their ARNs by resource address. */
export const createKeysAndSecrets = async (
  clients: StandInClients,
  keys: readonly KeyDefinition[],
  secrets: readonly SecretDefinition[],
): Promise<ReadonlyMap<string, string>> => {
  const arns = new Map<string, string>();
  for (const { address, usage, spec } of keys) {
    const { KeyMetadata } = await clients.kms.send(
      new CreateKeyCommand({ KeyUsage: usage as KeyUsageType, KeySpec: spec as KeySpec }),
    );
    arns.set(address, KeyMetadata?.Arn ?? "");
  }
  for (const { address, name } of secrets) {
    const { ARN } = await clients.secrets.send(new CreateSecretCommand({ Name: name }));
    arns.set(address, ARN ?? "");
  }
  return arns;
};

/** Fills a secret; Terraform never does. */
export const fillSecret = async (clients: StandInClients, arn: string, value: string): Promise<void> => {
  await clients.secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
};

const keySchema = (hashKey: string, rangeKey: string | undefined): KeySchemaElement[] => [
  { AttributeName: hashKey, KeyType: "HASH" },
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" } as const]),
];

const createTable = (table: Table): CreateTableCommand =>
  new CreateTableCommand({
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(table.hashKey, table.rangeKey),
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type as ScalarAttributeType,
    })),
    GlobalSecondaryIndexes:
      table.indexes.length === 0
        ? undefined
        : table.indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.hashKey, index.rangeKey),
            Projection: {
              ProjectionType: index.projection as Projection["ProjectionType"],
              ...(index.nonKeyAttributes.length > 0 && { NonKeyAttributes: [...index.nonKeyAttributes] }),
            },
          })),
  });

/** Creates the queues, and hands each its dead-letter queue. */
export const createQueues = async (clients: StandInClients, queues: readonly Queue[]): Promise<void> => {
  for (const queue of queues)
    await clients.sqs.send(
      new CreateQueueCommand({
        QueueName: queue.name,
        Attributes: {
          VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
          DelaySeconds: String(queue.delaySeconds),
        },
      }),
    );
  // After all of them: a dead-letter queue may come later in the document.
  for (const queue of queues)
    if (queue.redrive)
      await clients.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: queue.url,
          Attributes: { RedrivePolicy: JSON.stringify(queue.redrive) },
        }),
      );
};

/** Creates buckets, objects, tables, items, queues and the keys' names. */
export const applyPlatform = async (clients: StandInClients, platform: Platform, region: string): Promise<void> => {
  await Promise.all(
    platform.buckets.map(({ name }) =>
      clients.s3.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
        }),
      ),
    ),
  );
  for (const { bucket, key, body } of platform.objects) {
    const content = "file" in body ? await readFile(body.file) : body.text;
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }
  for (const table of platform.tables) await clients.dynamodb.send(createTable(table));
  for (const { table, item } of platform.items)
    await clients.dynamodb.send(
      new PutItemCommand({ TableName: table, Item: item as unknown as Record<string, AttributeValue> }),
    );
  await createQueues(clients, platform.queues);
  for (const { name, keyId } of platform.keyAliases)
    await clients.kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: keyId }));
};
