// Every quarter of an hour while messages may be sent: the day's claims that are not settled are looked up at Twilio.
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { dynamoDb, secretsManager, sqs } from "../shared/aws-clients";
import { localTime } from "../shared/calendar";
import { requiredWhatsApp } from "../shared/channel-settings";
import { required, requiredNumber, requiredOneOf, requiredTexts } from "../shared/env";
import { log } from "../shared/log";
import { statusText } from "../shared/status-message";
import { readTwilioSecret } from "../shared/twilio-secret";
import { readPerson } from "../shared/vault";
import { senderOfChain } from "./judge-claim";
import { dynamoOpenClaims } from "./open-claims";
import { bareAddress, type SentTo, twilioSentTo } from "./sent-messages";
import { type SweepSettings, sweepDay } from "./sweep";

const timeZone = required("TIME_ZONE");
const vaultTable = required("VAULT_TABLE");
const statusQueue = required("STATUS_QUEUE_URL");
const twilioSecret = required("TWILIO_SECRET_ARN");
const twilioBaseUrl = required("TWILIO_BASE_URL");
const senders = {
  sms: requiredTexts("SENDERS"),
  whatsapp: new Map([...requiredWhatsApp("WHATSAPP")].map(([chain, { sender }]) => [chain, bareAddress(sender)])),
};
const settings: SweepSettings = {
  senderOf: (tenantId, channel) => senderOfChain(senders[channel], tenantId),
  policy: requiredOneOf("IN_DOUBT_POLICY", ["hold", "resend"]),
  workerMs: requiredNumber("SENDER_TIMEOUT_SECONDS", 1) * 1_000,
};
const tables = dynamoDb();
const queues = sqs();
const secrets = secretsManager();
const claims = dynamoOpenClaims(tables, required("LEDGER_TABLE"), required("OPEN_CLAIMS_INDEX"));

/** Twilio as the secret says now, read when there is something to ask. */
function lazySentTo(): SentTo {
  let ready: Promise<SentTo> | undefined;
  const connect = async (): Promise<SentTo> => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: twilioSecret }));
    return twilioSentTo(twilioBaseUrl, readTwilioSecret(SecretString));
  };
  return async (phone, channel) => {
    ready ??= connect();
    return (await ready)(phone, channel);
  };
}

/** Invoked by the schedule with `{}`; answers how many claims ended how. */
export async function handler(_event: object, context: Context): Promise<Readonly<Record<string, number>>> {
  const offerDate = localTime(Date.now(), timeZone).date;
  const ends = await sweepDay(
    offerDate,
    {
      claims,
      personOf: ({ tenantId, shopperId }) => readPerson(tables, vaultTable, tenantId, shopperId),
      sentTo: lazySentTo(),
      async report(receipt) {
        await queues.send(new SendMessageCommand({ QueueUrl: statusQueue, MessageBody: statusText(receipt) }));
      },
      now: Date.now,
      remainingMs: () => context.getRemainingTimeInMillis(),
      log,
    },
    settings,
  );
  const counts = Object.fromEntries(ends);
  log("swept", { offer_date: offerDate, ...counts });
  return counts;
}
