// A day with a published file of three lines, over the AWS protocols and HTTP: what is in its ledger and at Twilio, a test
// puts there.
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { LOCAL_TOKEN_KEY, LOCAL_TWILIO, publishedSecrets } from "../../local/published-secrets";
import { startTwilio } from "../../local/twilio/twilio";
import { createLedgerTable, startMoto } from "../moto-fixture";
import { dynamoDb, s3, secretsManager } from "../shared/aws-clients";
import { claimKey, dayShard } from "../shared/claim-keys";
import { typedRow } from "../shared/dynamo-items";
import { manifestText, outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import { tenantKey, token } from "../shared/tokens";

export const AZUL = "rede-azul";
export const SENDER = "+5511900000000";
export const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;
export const phoneToken = (index: number): string =>
  token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), AZUL), "phone", phoneOf(index));

/** What the day's places are called. */
export interface DayPlaces {
  readonly ledgerTable: string;
  readonly outBucket: string;
  /** Before each secret's name. */
  readonly secrets: string;
}

/** The day while it is there. */
export interface PublishedDay {
  readonly twilioUrl: string;
  /** Twilio takes a message for a shopper's phone; its SID. */
  readonly post: (index: number) => Promise<string>;
  /** Puts a shopper's row into the ledger. */
  readonly put: (index: number, state: string, more: Record<string, string | number>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Publishes the lines of shoppers 0 to 2 for an offer date; `at` is the instant (epoch ms) of all that happens then. */
export async function publishDay(offerDate: string, at: number, places: DayPlaces): Promise<PublishedDay> {
  const moto = await startMoto();
  const { account_sid: accountSid, auth_token: authToken } = LOCAL_TWILIO;
  const twilio = await startTwilio({ port: 0, accountSid, authToken, now: () => at });
  await createLedgerTable(dynamoDb(), places.ledgerTable);
  for (const [name, SecretString] of Object.entries(publishedSecrets))
    await secretsManager().send(new CreateSecretCommand({ Name: `${places.secrets}${name}`, SecretString }));
  const Bucket = places.outBucket;
  const CreateBucketConfiguration = { LocationConstraint: "sa-east-1" as const };
  await s3().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const text = [0, 1, 2].map((index) => outLineText(AZUL, offerDate, shopperOf(index), ["Arroz"])).join("");
  const file = outFileOf(AZUL, offerDate, 0, text);
  await s3().send(new PutObjectCommand({ Bucket, Key: file.key, Body: text }));
  const Key = `data_output/${offerDate}/_manifest.json`;
  await s3().send(new PutObjectCommand({ Bucket, Key, Body: manifestText(offerDate, [file]) }));
  return {
    twilioUrl: twilio.url,
    async post(index) {
      const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
        body: new URLSearchParams({ To: phoneOf(index), From: SENDER, Body: "Ofertas" }),
      });
      const { sid } = (await response.json()) as { sid: string };
      await twilio.idle();
      return sid;
    },
    async put(index, state, more) {
      const line = { tenantId: AZUL, offerDate, shopperId: shopperOf(index) };
      const Item = typedRow({
        claim: claimKey(line),
        kind: "line",
        tenant_id: line.tenantId,
        offer_date: line.offerDate,
        shopper_id: line.shopperId,
        day_shard: dayShard(line),
        state,
        updated_at: new Date(at).toISOString(),
        ...more,
      });
      await dynamoDb().send(new PutItemCommand({ TableName: places.ledgerTable, Item }));
    },
    async close() {
      await twilio.close();
      moto.stop();
    },
  };
}
