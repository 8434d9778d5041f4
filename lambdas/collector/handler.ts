// The collector: takes a chain's events, and forgets none that it answered for. Decode, decide, act: `collect` decides.
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { contracts } from "../../generated/contracts";
import { validators } from "../../generated/validators";
import { dynamoDb, firehose, kms, secretsManager } from "../shared/aws-clients";
import { errorFields, log } from "../shared/log";
import { writeFact } from "../shared/vault";
import type { Answer } from "./answer";
import { masterKeyOf, putBatchOf, sealKeyOf } from "./aws-ports";
import { type Collected, type CollectRequest, collect, type Ports, type Route } from "./collect";
import { timeStamper } from "./local-time";
import { realPacing } from "./pacing";
import { quarantineName } from "./quarantine";
import { readSettings } from "./settings";

// What is kept of the invocation's time to write the answer.
const RESERVE_MILLISECONDS = 1_000;

const settings = readSettings(contracts.map(({ scope }) => scope));
const streams = firehose();
const vault = dynamoDb();
const put = (stream: string) =>
  putBatchOf(streams, stream, (name, error, failed) =>
    log("firehose did not take records", { stream: name, failed, ...(error === undefined ? {} : errorFields(error)) }),
  );

const ports: Ports = {
  routes: new Map(
    contracts.map((contract): [string, Route] => {
      const { scope } = contract;
      return [scope, { contract, validate: validators.get(scope)!, put: put(settings.streams.get(scope)!) }];
    }),
  ),
  putQuarantine: put(settings.quarantineStream),
  writeFact: (fact, signal) => writeFact(vault, settings.vaultTable, fact, signal),
  masterKey: masterKeyOf(secretsManager(), settings.tokenSecretArn),
  sealKey: sealKeyOf(kms(), settings.sealKeyArn),
  timeStamps: timeStamper(settings.timeZone, settings.granularity),
  onFailure: (step, error) => log("a step failed", { step, ...errorFields(error) }),
};

/** Answers one request of `POST /{version}/events/{contract}`. */
export async function handler(event: APIGatewayProxyEvent, context: Context): Promise<Answer> {
  const request = requestOf(event);
  const pacing = realPacing(context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS);
  const collected = await collect(request, ports, pacing, Date.now());
  log("collected", { ...summary(request, collected), key_id: event.requestContext.authorizer?.key_id });
  return collected.answer;
}

function requestOf(event: APIGatewayProxyEvent): CollectRequest {
  const { tenant_id: tenantId, scopes } = event.requestContext.authorizer ?? {};
  if (typeof tenantId !== "string" || tenantId === "") {
    throw new Error("The request context: received no tenant_id, expected the authorizer's; attach it to the method.");
  }
  return {
    tenantId,
    ...(typeof scopes === "string" ? { scopes: scopes.split(" ") } : {}),
    version: event.pathParameters?.version ?? "",
    contract: event.pathParameters?.contract ?? "",
    body: event.body,
    isBase64: event.isBase64Encoded,
  };
}

/** Counts only: what a client sent is in no log. */
function summary({ tenantId, version, contract }: CollectRequest, { answer, outcome }: Collected) {
  const codes: Record<string, number> = {};
  for (const { code } of outcome?.rejected ?? []) codes[code] = (codes[code] ?? 0) + 1;
  return {
    tenant_id: tenantId,
    contract: quarantineName(version, contract, ports.routes.has(`${version}/${contract}`)),
    status: answer.statusCode,
    accepted: outcome?.accepted ?? 0,
    rejected: codes,
    not_accepted: outcome?.notAccepted.length ?? 0,
  };
}
