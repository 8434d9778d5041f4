// Twilio's two calls, a receipt for a claim and a shopper's message: checked by signature, stripped of numbers and
// texts, and put on the status queue. What is not signed learns 403; what is malformed is ignored and counted.
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { dynamoDb, secretsManager, sqs } from "../shared/aws-clients";
import { requiredWhatsApp } from "../shared/channel-settings";
import { typed } from "../shared/dynamo-items";
import { required, requiredTexts } from "../shared/env";
import { log } from "../shared/log";
import { type OptChange, type StatusMessage, statusText } from "../shared/status-message";
import { parseTokenSecret, tenantKey, token } from "../shared/tokens";
import { readTwilioSecret, signingTokens } from "../shared/twilio-secret";
import { chainsOf, optChangesOf, readOptRequest, readReceipt } from "./read-callback";
import { claimOf, isTwilios, type Parameters, parametersOf } from "./twilio-request";

const twilioSecret = required("TWILIO_SECRET_ARN");
const tokenSecret = required("TOKEN_SECRET_ARN");
const statusQueue = required("STATUS_QUEUE_URL");
const clientsTable = required("CLIENTS_TABLE");
const senders = requiredTexts("SENDERS");
const whatsappSenders = new Map(
  [...requiredWhatsApp("WHATSAPP")].map(([chain, { sender }]) => [chain, sender.replace(/^whatsapp:/, "")]),
);
const tables = dynamoDb();
const queues = sqs();
const secrets = secretsManager();

const secretText = async (arn: string): Promise<string | undefined> =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;

/** A token that was changed at Twilio is known here after this long. */
const TOKEN_AGE_MS = 5 * 60_000;

let authTokens: { readonly texts: readonly string[]; readonly readAt: number } | undefined;
let masterKey: Buffer | undefined;

async function currentTokens(now: number): Promise<readonly string[]> {
  const age = authTokens ? now - authTokens.readAt : Number.POSITIVE_INFINITY;
  if (!authTokens || age < 0 || age > TOKEN_AGE_MS) {
    authTokens = { texts: signingTokens(readTwilioSecret(await secretText(twilioSecret))), readAt: now };
  }
  return authTokens.texts;
}

async function everyChain(): Promise<string[]> {
  const chains: string[] = [];
  const input = {
    TableName: clientsTable,
    FilterExpression: "begins_with(pk, :chain)",
    ProjectionExpression: "pk",
    ExpressionAttributeValues: { ":chain": typed("chain#") },
  };
  for await (const page of paginateScan({ client: tables }, input)) {
    for (const item of page.Items ?? []) chains.push((item.pk?.S ?? "").slice("chain#".length));
  }
  return chains;
}

const enqueue = (message: StatusMessage): Promise<unknown> =>
  queues.send(new SendMessageCommand({ QueueUrl: statusQueue, MessageBody: statusText(message) }));

async function optChanges(parameters: Parameters, at: string): Promise<OptChange[]> {
  const asked = readOptRequest(parameters);
  if (!asked) return [];
  const byChannel = [senders, whatsappSenders].map((numbers) => chainsOf(asked.senders, numbers, everyChain));
  const chains = [...new Set((await Promise.all(byChannel)).flat())];
  if (chains.length === 0) log("sender_of_no_chain", { word: asked.word });
  const master = masterKey ?? parseTokenSecret(await secretText(tokenSecret));
  masterKey = master;
  return optChangesOf(asked, chains, (tenantId, phone) => token(tenantKey(master, tenantId), "phone", phone), at);
}

/** Twilio's answer to an inbound message: say nothing. */
const NO_REPLY = { statusCode: 200, headers: { "Content-Type": "text/xml" }, body: "<Response></Response>" };

/** Answers one of Twilio's calls. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const at = new Date().toISOString();
  const parameters = parametersOf(event);
  if (!isTwilios(event, parameters, await currentTokens(Date.now()))) {
    log("forged", { resource: event.resource });
    return { statusCode: 403, body: "" };
  }
  if (event.resource === "/twilio/inbound") {
    const changes = await optChanges(parameters, at);
    await Promise.all(changes.map(enqueue));
    const optOuts = changes.filter(({ kind }) => kind === "opt_out").length;
    log("inbound", { opt_outs: optOuts, opt_ins: changes.length - optOuts });
    return NO_REPLY;
  }
  const receipt = readReceipt(claimOf(event), parameters, at);
  if (receipt) await enqueue(receipt);
  log("status", { status: receipt?.status ?? "malformed" });
  return { statusCode: 204, body: "" };
}
