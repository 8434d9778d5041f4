// An address and the permission to use it are given together: a function cannot know a resource it may not touch, and
// what lies under a customer-managed key comes with the use of that key, through the service that keeps it alone.
import type { KeyRef } from "./data-key";
import type { Permission } from "./policy";

/** A table as its neighbours know it. */
export interface TableRef {
  readonly name: string;
  readonly arn: string;
  /** The key that its items lie under. */
  readonly key: KeyRef;
}

/** A queue as its neighbours know it. */
export interface QueueRef {
  readonly url: string;
  readonly arn: string;
}

/** A bucket as its neighbours know it. */
export interface BucketRef {
  readonly name: string;
  readonly arn: string;
  /** The key that its objects lie under. */
  readonly key: KeyRef;
}

/** A bucket of logs as its neighbours know it. */
export type LogBucketRef = Pick<BucketRef, "name" | "arn">;

/** A secret as its neighbours know it; its value is filled in out of band. */
export interface SecretRef {
  readonly arn: string;
  /** The key that its value lies under. */
  readonly key: KeyRef;
}

/** What a function is given: environment variables and the permissions that make them useful. */
export interface Grant {
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
}

/** Services that open and close a key on behalf of whoever asks them. */
export type KeyUser = "dynamodb" | "s3" | "secretsmanager";

/** Using a key through a service; reading decrypts, and writing whole objects needs a new data key each. */
export function keyUse(service: KeyUser, { arn }: KeyRef, uses: readonly ("read" | "write")[]): Permission[] {
  const actions = uses.map((use) => (use === "read" ? "kms:Decrypt" : "kms:GenerateDataKey"));
  if (actions.length === 0) return [];
  return [{ actions, resources: [arn], condition: ["StringLike", "kms:ViaService", [`${service}.*.amazonaws.com`]] }];
}

function prefixed(service: string, actions: readonly string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}

/** Items of a table. */
export function tableGrant(variable: string, table: TableRef, actions: readonly string[]): Grant {
  const items = { actions: prefixed("dynamodb", actions), resources: [table.arn] };
  // Each request opens the table's key, a write like a read.
  return { environment: { [variable]: table.name }, permissions: [items, ...keyUse("dynamodb", table.key, ["read"])] };
}

/** Reading a table by one of its indexes; the table's name is what the index is asked for by. */
export function indexGrant(variable: string, table: TableRef, index: string): Grant {
  const query = { actions: ["dynamodb:Query"], resources: [`${table.arn}/index/${index}`] };
  return { environment: { [variable]: table.name }, permissions: [query, ...keyUse("dynamodb", table.key, ["read"])] };
}

/** Sending to a queue. */
export function sendGrant(variable: string, queue: QueueRef): Grant {
  return {
    environment: { [variable]: queue.url },
    permissions: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }],
  };
}

/** Parking failed invocations in a queue: Lambda does it with the function's own role. */
export function parkGrant(queue: QueueRef): Grant {
  return { environment: {}, permissions: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }] };
}

/** Being fed from a queue by an event source mapping. */
export function consumeGrant(queue: QueueRef): Grant {
  const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  return { environment: {}, permissions: [{ actions, resources: [queue.arn] }] };
}

/** Reading a secret's value. */
export function secretGrant(variable: string, secret: SecretRef): Grant {
  const value = { actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] };
  const permissions = [value, ...keyUse("secretsmanager", secret.key, ["read"])];
  return { environment: { [variable]: secret.arn }, permissions };
}

/** Objects of a bucket by prefix; listing is what turns a missing key into 404 instead of 403. */
export function bucketGrant(
  variable: string,
  bucket: BucketRef,
  prefixes: { read?: string[]; write?: string[] },
): Grant {
  const objects = (list: readonly string[] = []) => list.map((prefix) => `${bucket.arn}/${prefix}*`);
  const permissions: Permission[] = [
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    { actions: ["s3:GetObject"], resources: objects(prefixes.read) },
    { actions: ["s3:PutObject"], resources: objects(prefixes.write) },
    ...keyUse("s3", bucket.key, [
      ...(prefixes.read ? (["read"] as const) : []),
      ...(prefixes.write ? (["write"] as const) : []),
    ]),
  ];
  return {
    environment: { [variable]: bucket.name },
    permissions: permissions.filter(({ resources }) => resources.length > 0),
  };
}
