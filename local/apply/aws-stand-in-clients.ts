// The AWS clients of the run itself: they talk to the stand-in on loopback, and to nothing else.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EMRClient } from "@aws-sdk/client-emr";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { OPERATOR_KEY } from "../access/access";

export interface StandInClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  readonly kms: KMSClient;
  readonly emr: EMRClient;
  destroy(): void;
}

/** Clients of the AWS stand-in at `endpoint`, as the machine's operator or as the role of that name. */
export const createStandInClients = (endpoint: string, region: string, role = OPERATOR_KEY): StandInClients => {
  const options = {
    endpoint,
    region,
    // The stand-in checks no signature: the key says who asks.
    credentials: { accessKeyId: role, secretAccessKey: "local" },
  };
  const clients = {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(options),
    sqs: new SQSClient(options),
    secrets: new SecretsManagerClient(options),
    kms: new KMSClient(options),
    emr: new EMRClient(options),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};
