// AWS clients as every handler uses them: endpoint and credentials from the environment only, each connection and
// request bounded, so that a hanging service costs seconds and not the whole invocation.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EMRClient } from "@aws-sdk/client-emr";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

const CONNECTION_MILLISECONDS = 1_000;
const REQUEST_MILLISECONDS = 5_000;

// As many requests at once as a sender has lines in flight, or a batch of the collector vault rows.
const SOCKETS = 100;

const requestHandler = {
  connectionTimeout: CONNECTION_MILLISECONDS,
  requestTimeout: REQUEST_MILLISECONDS,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: SOCKETS },
  httpsAgent: { maxSockets: SOCKETS },
};

/**
 * DynamoDB, with the SDK's retries: all our writes are conditional or repeatable. What a command passes through is
 * worked out once and not for each call: nothing here changes it afterwards.
 */
export const dynamoDb = (): DynamoDBClient => new DynamoDBClient({ requestHandler, cacheMiddleware: true });

/** EMR. */
export const emr = (): EMRClient => new EMRClient({ requestHandler });

/** Firehose without retries: the collector retries only the records that failed. */
export const firehose = (): FirehoseClient => new FirehoseClient({ requestHandler, maxAttempts: 1 });

/** KMS. */
export const kms = (): KMSClient => new KMSClient({ requestHandler });

/** S3; path style only when the environment says that the endpoint is no AWS one. */
export const s3 = (): S3Client => new S3Client({ requestHandler, forcePathStyle: hasOwnEndpoint("S3") });

/** Secrets Manager. */
export const secretsManager = (): SecretsManagerClient => new SecretsManagerClient({ requestHandler });

/** SQS. */
export const sqs = (): SQSClient => new SQSClient({ requestHandler });

const hasOwnEndpoint = (service: string): boolean =>
  (process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL) !== undefined;
