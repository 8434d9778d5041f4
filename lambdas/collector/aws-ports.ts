// The collector's ports on AWS. What is fetched once a process is fetched again after a failure.
import { type FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { GetPublicKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseTokenSecret } from "../shared/tokens";
import { Hopeless, type PutBatch } from "./put-records";

type Fetch<T> = (signal: AbortSignal) => Promise<T>;

/** Remembers what `fetch` gave; a failure is forgotten, so that the next request tries again. */
export function once<T>(fetch: Fetch<T>): Fetch<T> {
  let fetched: { readonly value: T } | undefined;
  return async (signal) => {
    fetched ??= { value: await fetch(signal) };
    return fetched.value;
  };
}

/** The secret that token keys are made of. */
export function masterKeyOf(client: SecretsManagerClient, secretArn: string): Fetch<Buffer> {
  return once(async (abortSignal) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }), { abortSignal });
    return parseTokenSecret(SecretString);
  });
}

/** The public half of the key that rejected events are sealed with, DER. */
export function sealKeyOf(client: KMSClient, keyArn: string): Fetch<Buffer> {
  return once(async (abortSignal) => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }), { abortSignal });
    if (PublicKey === undefined) throw new Error("KMS gave no public key.");
    return Buffer.from(PublicKey);
  });
}

// Answers that the same call gets again: the stack is wrong, and waiting mends nothing.
const HOPELESS = [
  ...["ResourceNotFoundException", "AccessDeniedException", "InvalidArgumentException", "InvalidKMSResourceException"],
  ...["ValidationException", "UnrecognizedClientException", "InvalidSignatureException", "InvalidSourceException"],
];

/** A stream's PutRecordBatch; true for each record that Firehose says it has. */
export function putBatchOf(
  client: FirehoseClient,
  stream: string,
  onError: (stream: string, error: unknown, failed: number) => void,
): PutBatch {
  return async (records, abortSignal) => {
    const command = new PutRecordBatchCommand({
      DeliveryStreamName: stream,
      Records: records.map((record) => ({ Data: Buffer.from(record) })),
    });
    try {
      const { RequestResponses = [] } = await client.send(command, { abortSignal });
      const taken = records.map((_, at) => {
        const said = RequestResponses[at];
        return said?.RecordId !== undefined && said.ErrorCode === undefined;
      });
      const failed = taken.filter((each) => !each).length;
      if (failed > 0) onError(stream, undefined, failed);
      return taken;
    } catch (error) {
      onError(stream, error, records.length);
      if (error instanceof Error && HOPELESS.includes(error.name)) throw new Hopeless(error.name);
      throw error;
    }
  };
}
