// The synthesized stack as the local runtime executes it: every obeyed attribute in its place, nothing else.
import type { JsonObject } from "./stack";

export interface Bucket {
  readonly name: string;
}

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: { readonly file: string } | { readonly text: string };
}

export interface TableIndex {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly projection: string;
  readonly nonKeyAttributes: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
  readonly indexes: readonly TableIndex[];
}

export interface TableItem {
  readonly table: string;
  /** DynamoDB-typed JSON, as Terraform takes it. */
  readonly item: JsonObject;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** The zip as synthesized. */
  readonly zip: string;
  /** `<file>.<export>` in the zip. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The name of the role it runs as. */
  readonly role: string;
  /** Where its log goes on AWS. */
  readonly logGroup: string;
  /** Retries of an asynchronous invocation, and the queue that takes what still fails. */
  readonly asynchronous: { readonly retries: number; readonly onFailureArn?: string };
}

export interface QueueMapping {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
  readonly enabled: boolean;
}

export interface Schedule {
  readonly address: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly functionName: string;
  /** The name of the role that invokes the function. */
  readonly role: string;
  readonly input: string;
  readonly enabled: boolean;
}

export interface Authorizer {
  readonly functionName: string;
  /** Whether the function's own policy lets API Gateway call it as this authorizer. */
  readonly isInvokable: boolean;
  /** Header names that make the identity; a request without one of them is answered 401. */
  readonly identityHeaders: readonly string[];
  readonly resultTtlSeconds: number;
}

export interface Route {
  readonly method: string;
  /** `/{version}/events/{contract}` */
  readonly path: string;
  readonly functionName: string;
  /** Whether the function's own policy lets API Gateway call it for this route. */
  readonly isInvokable: boolean;
  readonly timeoutMilliseconds: number;
  readonly authorizer?: Authorizer;
}

export interface RestApi {
  readonly address: string;
  readonly id: string;
  readonly stage: string;
  readonly routes: readonly Route[];
}

export interface AirflowEnvironment {
  readonly version: string;
  /** The name of the role that its workers run as. */
  readonly role: string;
  readonly bucket: string;
  readonly dagPrefix: string;
  readonly configuration: Readonly<Record<string, string>>;
}

/** A delivery stream or Glue table, its attributes resolved; the Firehose stand-in reads them. */
export interface ResolvedBlock {
  readonly address: string;
  readonly body: JsonObject;
}

/** A key to create before anything else is resolved: its ARN is the stand-in's to give. */
export interface KeyDefinition {
  readonly address: string;
  readonly usage: string;
  readonly spec: string;
}

/** A name of a key. */
export interface KeyAlias {
  /** `alias/…` */
  readonly name: string;
  readonly keyId: string;
}

/** A secret to create, empty, before anything else is resolved. */
export interface SecretDefinition {
  readonly address: string;
  readonly name: string;
}

/** What decides what each role may do. */
export interface AccessDefinition {
  readonly accountId: string;
  readonly region: string;
  /** Statements as a policy document's data source holds them, by the role's name. */
  readonly roles: Readonly<Record<string, readonly JsonObject[]>>;
  /** The customer-managed key by the ARN of what lies under it. */
  readonly keys: Readonly<Record<string, string>>;
  /** The role by the name of its instance profile. */
  readonly instanceProfiles: Readonly<Record<string, string>>;
}

export interface Platform {
  readonly access: AccessDefinition;
  readonly buckets: readonly Bucket[];
  readonly objects: readonly StoredObject[];
  readonly tables: readonly Table[];
  readonly items: readonly TableItem[];
  readonly queues: readonly Queue[];
  readonly keyAliases: readonly KeyAlias[];
  readonly functions: readonly FunctionDefinition[];
  readonly mappings: readonly QueueMapping[];
  readonly schedules: readonly Schedule[];
  readonly apis: readonly RestApi[];
  readonly streams: readonly ResolvedBlock[];
  readonly glueTables: readonly ResolvedBlock[];
  readonly airflow: AirflowEnvironment;
}
